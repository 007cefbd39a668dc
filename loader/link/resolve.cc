// SPDX-License-Identifier: MIT
#include "loader/link/resolve.h"

#include "loader/diagnostics.h"
#include "loader/link/export_table.h"
#include "loader/link/interposition.h"
#include "loader/link/look_ahead.h"

namespace signet {

struct Resolver::Reference {
  const char* name;
  const elf::Version* version;  // null: any default version will do
  Module* from;
  uint32_t symbol;  // in `from`; 0 if the name does not come from a symbol table
  uint32_t hash;    // GNU hash; with a table, its lowest bit is 0
  ReferenceClass wanted;
};

namespace {

void ReportUndefined(Diagnostics& diagnostics, const Module& module, const char* name,
                     const elf::Version* version) {
  diagnostics.Error("symbol lookup error: ", [&](Line& line) {
    line << module.path << ": undefined symbol: " << name;
    if (version != nullptr) line << ", version " << version->name;
  });
}

// Not inlined, because a line takes much of the stack.
[[gnu::noinline]] void TraceBinding(const Module& module, const Definition& definition,
                                    const char* name, const elf::Version* version) {
  Line line;
  line << "ld-signet: bindings: " << module.path << " to "
       << (definition.symbol != nullptr ? definition.module->path : "nothing") << ": symbol `"
       << name << "'";
  if (version != nullptr) line << " [" << version->name << "]";
}

}  // namespace

void Resolver::Prepare() {
  if (!ExportTable::Pays(scope_, modules_)) return;
  has_used_table_ = true;
  table_ = ArenaNew<ExportTable>(scope_, modules_);
  table_->Build();
  look_ahead_ = ArenaNew<LookAhead>(*table_);
}

void Resolver::Finish() {
  if (table_ != nullptr) table_->Free();
  table_ = nullptr;
  look_ahead_ = nullptr;
}

bool Resolver::Resolve(Module& module, uint32_t symbol, ReferenceClass wanted,
                       Definition& definition) {
  const elf::Dynamic& dynamic = module.dynamic;
  definition = {&module, nullptr};
  if (symbol == STN_UNDEF) return true;
  if (symbol >= dynamic.symbols.size()) {
    process_.diagnostics.LoadError(
        module.path, elf::Count("symbol index of a relocation is ", symbol, ", expected less than ",
                                dynamic.symbols.size()));
    return false;
  }
  const elf::Sym& own = dynamic.symbols[symbol];
  const bool defined = own.st_shndx != SHN_UNDEF;
  if (ELF64_ST_BIND(own.st_info) == STB_LOCAL ||
      (defined && ELF64_ST_VISIBILITY(own.st_other) != STV_DEFAULT)) {
    definition.symbol = &own;
    return true;
  }
  if (!dynamic.strings.Has(own.st_name)) {
    process_.diagnostics.LoadError(
        module.path,
        elf::Address("st_name is ", own.st_name, ", expected less than DT_STRSZ, which is ",
                     dynamic.strings.size()));
    return false;
  }
  const elf::Version* version = nullptr;
  if (symbol < dynamic.versym.size()) {
    const uint16_t index = dynamic.versym[symbol] & elf::kVersionIndexMask;
    if (index > VER_NDX_GLOBAL && index >= module.decoded.versions.size()) {
      process_.diagnostics.LoadError(
          module.path, elf::Count("version index of a symbol is ", index, ", expected less than ",
                                  module.decoded.versions.size()));
      return false;
    }
    if (index < module.decoded.versions.size() && module.decoded.versions[index].hash != 0)
      version = &module.decoded.versions[index];
  }
  ++lookup_count_;
  const Reference reference = {dynamic.strings.At(own.st_name),
                               version,
                               &module,
                               symbol,
                               table_ != nullptr ? ExportTable::HashOf(module, symbol) : 0,
                               wanted};
  definition = Find(reference);
  if (process_.diagnostics.Traces(kTraceBindings))
    TraceBinding(module, definition, reference.name, version);
  if (definition.symbol != nullptr || ELF64_ST_BIND(own.st_info) == STB_WEAK) return true;
  // libc's interpreter has linked it already, and reports a lazily bound function when it is
  // called.
  if (module.IsAdopted()) return true;
  ReportUndefined(process_.diagnostics, module, reference.name, version);
  return false;
}

bool Resolver::MayBeInterposed(const Module& module, uint32_t symbol) const {
  if (symbol >= module.dynamic.symbols.size()) return false;
  // Most such symbols are exports of the module itself, so its hash table has their hashes. The
  // hash rules out nearly all of them without a look at the name.
  const uint32_t known = module.dynamic.gnu_hash ? module.dynamic.gnu_hash.HashOf(symbol) : 0;
  const char* name = nullptr;
  uint32_t hash = 0;
  for (const Module* other : scope_) {
    if (other->IsAdopted()) continue;
    const elf::GnuHashTable& table = other->dynamic.gnu_hash;
    if (known != 0 && table && !table.MayHold(known)) continue;
    if (name == nullptr) {
      name = module.dynamic.strings.At(module.dynamic.symbols[symbol].st_name);
      hash = elf::GnuHash(name);
    }
    if (DefinesName(*other, hash, name)) return true;
  }
  return false;
}

Definition FindSymbol(std::span<Module* const> scope, const SymbolQuery& query) {
  const elf::Version version = {query.version, nullptr,
                                query.version != nullptr ? elf::SysvHash(query.version) : 0, true};
  Matcher matcher(query.name, query.version != nullptr ? &version : nullptr, ReferenceClass::kPlt,
                  nullptr, 0, Matcher::Unversioned::kDefault);
  const uint32_t hash = elf::GnuHash(query.name);
  for (Module* module : scope) {
    if (const uint32_t found = FindIn(*module, hash, query.name, matcher))
      return UniqueOf({module, &module->dynamic.symbols[found]}, query.name);
  }
  return {};
}

Definition Resolver::Find(const Reference& reference) const {
  return Interpose(process_, FindAny(reference), reference.name);
}

Definition Resolver::FindAny(const Reference& reference) const {
  // DT_SYMBOLIC: the module's own definition comes first.
  Module& from = *reference.from;
  if ((from.dynamic.flags & DF_SYMBOLIC) != 0 && reference.wanted != ReferenceClass::kCopy) {
    Matcher matcher(reference.name, reference.version, reference.wanted, &from, reference.symbol);
    const uint32_t found = FindIn(from, elf::GnuHash(reference.name), reference.name, matcher);
    if (found != 0) return {&from, &from.dynamic.symbols[found]};
  }
  return table_ != nullptr && reference.hash != 0 ? FindInTable(reference) : Walk(reference);
}

// Like Walk, goes module by module, but only through entries that have the hash.
Definition Resolver::FindInTable(const Reference& reference) const {
  Matcher matcher(reference.name, reference.version, reference.wanted, reference.from,
                  reference.symbol);
  const ExportTable::Entry* entry = table_->First(reference.hash);
  while (entry != nullptr) {
    const uint32_t scope = entry->scope;
    Module& module = *scope_[scope];
    const bool skipped =
        reference.wanted == ReferenceClass::kCopy && module.origin == SIGNET_ORIGIN_PROGRAM;
    for (; entry != nullptr && entry->scope == scope; entry = table_->Next(*entry)) {
      if (skipped || entry->hash != reference.hash) continue;
      if (matcher.Offer(module, entry->symbol))
        return {&module, &module.dynamic.symbols[entry->symbol]};
    }
    if (const uint32_t found = matcher.TakeDefault())
      return {&module, &module.dynamic.symbols[found]};
  }
  return {};
}

Definition Resolver::Walk(const Reference& reference) const {
  Matcher matcher(reference.name, reference.version, reference.wanted, reference.from,
                  reference.symbol);
  const uint32_t hash = elf::GnuHash(reference.name);
  for (Module* module : scope_) {
    if (reference.wanted == ReferenceClass::kCopy && module->origin == SIGNET_ORIGIN_PROGRAM)
      continue;
    if (const uint32_t found = FindIn(*module, hash, reference.name, matcher)) {
      return {module, &module->dynamic.symbols[found]};
    }
  }
  return {};
}

}  // namespace signet
