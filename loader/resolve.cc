// SPDX-License-Identifier: MIT
#include "loader/resolve.h"

#include "loader/export_table.h"
#include "loader/module_table.h"
#include "loader/report.h"
#include "loader/thread_destructors.h"

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

constexpr uint32_t kDefiningTypes = 1u << STT_NOTYPE | 1u << STT_OBJECT | 1u << STT_FUNC |
                                    1u << STT_COMMON | 1u << STT_TLS | 1u << STT_GNU_IFUNC;
constexpr uint32_t kDefiningBindings = 1u << STB_GLOBAL | 1u << STB_WEAK | 1u << STB_GNU_UNIQUE;

// Versions from here on are not the base version, nor the first one, which an unversioned reference
// means as well.
constexpr uint16_t kFirstVersion = 2;
constexpr uint16_t kSecondVersion = 3;

constexpr const char* kTlsGetAddr = "__tls_get_addr";

bool CanDefine(const elf::Sym& symbol, ReferenceClass wanted) {
  const unsigned type = ELF64_ST_TYPE(symbol.st_info);
  const unsigned visibility = ELF64_ST_VISIBILITY(symbol.st_other);
  if (symbol.st_value == 0 && symbol.st_shndx != SHN_ABS && type != STT_TLS) return false;
  if (symbol.st_shndx == SHN_UNDEF && wanted != ReferenceClass::kData) return false;
  return (kDefiningTypes >> type & 1) != 0 &&
         (kDefiningBindings >> ELF64_ST_BIND(symbol.st_info) & 1) != 0 &&
         (visibility == STV_DEFAULT || visibility == STV_PROTECTED);
}

// Offers the candidates of one module after the other to one reference. An unversioned reference to
// a versioned module takes the base version or the first one; else the default version, provided
// that there is only one candidate. dlsym takes the default version before the first one.
class Matcher {
 public:
  enum class Unversioned { kOldest, kDefault };

  Matcher(const char* name, const elf::Version* version, ReferenceClass wanted, const Module* from,
          uint32_t own, Unversioned unversioned = Unversioned::kOldest)
      : name_(name),
        version_(version),
        wanted_(wanted),
        unversioned_(unversioned),
        from_(from),
        own_(own) {}

  // True if this is the definition.
  bool Offer(const Module& module, uint32_t index) {
    const elf::Dynamic& dynamic = module.dynamic;
    if (index >= dynamic.symbols.size()) return false;
    const elf::Sym& symbol = dynamic.symbols[index];
    if (!CanDefine(symbol, wanted_)) return false;
    if (&module == from_ && index == own_) return true;
    if (std::strcmp(dynamic.strings.At(symbol.st_name), name_) != 0) return false;
    if (index >= dynamic.versym.size()) return true;
    const uint16_t raw = dynamic.versym[index];
    return version_ != nullptr ? OfferVersion(module, raw) : OfferDefault(index, raw);
  }

  // At the end of a module: the symbol to take after all, or 0.
  uint32_t TakeDefault() {
    const uint32_t result = default_count_ == 1 ? default_ : 0;
    default_count_ = 0;
    return result;
  }

 private:
  bool OfferVersion(const Module& module, uint16_t raw) const {
    const uint16_t index = raw & elf::kVersionIndexMask;
    const elf::Version version =
        index < module.versions.size() ? module.versions[index] : elf::Version{};
    if (version.Matches(*version_)) return true;
    // A symbol of the base version stands in for any, unless it or the reference insists.
    return !version_->hidden && version.hash == 0 && (raw & elf::kVersionHidden) == 0;
  }

  bool OfferDefault(uint32_t symbol, uint16_t raw) {
    const uint16_t first = unversioned_ == Unversioned::kOldest ? kSecondVersion : kFirstVersion;
    if ((raw & elf::kVersionIndexMask) < first) return true;
    if ((raw & elf::kVersionHidden) == 0 && default_count_++ == 0) default_ = symbol;
    return false;
  }

  const char* name_;
  const elf::Version* version_;
  ReferenceClass wanted_;
  Unversioned unversioned_;
  const Module* from_;
  uint32_t own_;
  uint32_t default_ = 0;
  uint32_t default_count_ = 0;
};

// Asks the module's hash table, whichever it has: calls match(symbol index) for each candidate
// until it returns true, and returns that index, or 0.
template <typename Match>
uint32_t FindCandidate(const elf::Dynamic& dynamic, uint32_t gnu_hash, const char* name,
                       Match&& match) {
  if (dynamic.gnu_hash) return dynamic.gnu_hash.Find(gnu_hash, match);
  return dynamic.sysv_hash ? dynamic.sysv_hash.Find(elf::SysvHash(name), match) : 0;
}

// The index of the definition in one module, or 0.
uint32_t FindIn(const Module& module, uint32_t gnu_hash, const char* name, Matcher& matcher) {
  const uint32_t found = FindCandidate(
      module.dynamic, gnu_hash, name, [&](uint32_t index) { return matcher.Offer(module, index); });
  return found != 0 ? found : matcher.TakeDefault();
}

bool DefinesName(const Module& module, uint32_t gnu_hash, const char* name) {
  const elf::Dynamic& dynamic = module.dynamic;
  return FindCandidate(dynamic, gnu_hash, name, [&](uint32_t index) {
           return index < dynamic.symbols.size() &&
                  CanDefine(dynamic.symbols[index], ReferenceClass::kData) &&
                  std::strcmp(dynamic.strings.At(dynamic.symbols[index].st_name), name) == 0;
         }) != 0;
}

// Of an STB_GNU_UNIQUE symbol there is one in the process, whoever can see it: that of the module
// which was loaded first.
Definition UniqueOf(const Definition& definition, const char* name) {
  if (!definition.IsUnique()) return definition;
  const uint32_t hash = elf::GnuHash(name);
  for (Module* module = FirstModule(); module != nullptr; module = NextModule(*module)) {
    if (module->is_dying) continue;
    Matcher matcher(name, nullptr, ReferenceClass::kPlt, nullptr, 0);
    const uint32_t found = FindIn(*module, hash, name, matcher);
    if (found == 0) continue;
    const Definition other = {module, &module->dynamic.symbols[found]};
    if (other.IsUnique()) return other;
  }
  return definition;
}

// The loader's own __tls_get_addr, whoever stands in front of it: the TLS module ids that it is
// given are the loader's, and mean nothing to others. Sanitizers take them for glibc's, which are
// small numbers.
Definition UninterposedTls(const Definition& definition, const char* name) {
  const Module* module = definition.module;
  if (definition.symbol == nullptr || !module->IsNative() || std::strcmp(name, kTlsGetAddr) != 0)
    return definition;
  const elf::Sym* own = FindExport(*the_process->loader, kTlsGetAddr);
  return {the_process->loader, own};
}

// Where dlclose unloads, it must know of destructors of threads' objects (thread_destructors.h).
Definition WatchedDestructor(const Definition& definition, const char* name) {
  if (definition.symbol == nullptr || !definition.module->IsAdopted() ||
      !the_process->options.Unloads() || std::strcmp(name, kThreadAtExit) != 0) {
    return definition;
  }
  return {the_process->loader, &ThreadAtExitSymbol()};
}

void ReportUndefined(const Module& module, const char* name, const elf::Version* version) {
  ErrorLine error("symbol lookup error: ");
  error.line() << module.path << ": undefined symbol: " << name;
  if (version != nullptr) error.line() << ", version " << version->name;
}

}  // namespace

const elf::Sym* FindExport(const Module& module, const char* name) {
  Matcher matcher(name, nullptr, ReferenceClass::kPlt, nullptr, 0);
  const uint32_t found = FindIn(module, elf::GnuHash(name), name, matcher);
  return found != 0 ? &module.dynamic.symbols[found] : nullptr;
}

uint64_t FindExportAddress(const Module& module, const char* name) {
  const elf::Sym* symbol = FindExport(module, name);
  return symbol != nullptr ? module.image.Resolve(symbol->st_value) : 0;
}

void Resolver::Prepare() {
  if (!ExportTable::Pays(scope_, modules_)) return;
  table_ = ArenaNew<ExportTable>(scope_, modules_);
  table_->Build();
}

bool Resolver::Resolve(Module& module, uint32_t symbol, ReferenceClass wanted,
                       Definition& definition) {
  const elf::Dynamic& dynamic = module.dynamic;
  definition = {&module, nullptr};
  if (symbol == STN_UNDEF) return true;
  if (symbol >= dynamic.symbols.size()) {
    LoadError(module.path, elf::Count("symbol index of a relocation is ", symbol,
                                      ", expected less than ", dynamic.symbols.size()));
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
    LoadError(module.path,
              elf::Address("st_name is ", own.st_name, ", expected less than DT_STRSZ, which is ",
                           dynamic.strings.size()));
    return false;
  }
  const elf::Version* version = nullptr;
  if (symbol < dynamic.versym.size()) {
    const uint16_t index = dynamic.versym[symbol] & elf::kVersionIndexMask;
    if (index > VER_NDX_GLOBAL && index >= module.versions.size()) {
      LoadError(module.path, elf::Count("version index of a symbol is ", index,
                                        ", expected less than ", module.versions.size()));
      return false;
    }
    if (index < module.versions.size() && module.versions[index].hash != 0)
      version = &module.versions[index];
  }
  ++lookup_count_;
  const Reference reference = {
      dynamic.strings.At(own.st_name),
      version,
      &module,
      symbol,
      symbol < module.symbol_hashes.size() ? module.symbol_hashes[symbol] : 0,
      wanted};
  definition = Find(reference);
  if (Tracing(kTraceBindings)) {
    Line line;
    line << "ld-signet: bindings: " << module.path << " to "
         << (definition.symbol != nullptr ? definition.module->path : "nothing") << ": symbol `"
         << reference.name << "'";
    if (version != nullptr) line << " [" << version->name << "]";
  }
  if (definition.symbol != nullptr || ELF64_ST_BIND(own.st_info) == STB_WEAK) return true;
  ReportUndefined(module, reference.name, version);
  return false;
}

bool Resolver::MayBeInterposed(const Module& module, uint32_t symbol) const {
  if (symbol >= module.dynamic.symbols.size()) return false;
  // Most are exports of the module itself, so its hash table has the hash: nearly all are ruled out
  // without a look at the name.
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
  return WatchedDestructor(
      UninterposedTls(UniqueOf(FindAny(reference), reference.name), reference.name),
      reference.name);
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

// As the walk does it, module by module, but only through those entries that have the hash.
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

namespace {

// The module that `file` names in a DT_VERNEED: nearly always a direct dependency.
const Module* FindNamed(const Process& process, const Module& module, std::string_view file) {
  const auto matches = [&](const Module* other) {
    return other != nullptr && (file == other->soname() || file == other->name);
  };
  for (const Module* other : module.needed) {
    if (matches(other)) return other;
  }
  for (const Module* other : process.modules) {
    if (matches(other)) return other;
  }
  return nullptr;
}

bool Defines(const Module& module, const elf::VersionNeed& need) {
  const elf::Version wanted = {need.name, nullptr, need.hash, false};
  for (const elf::Version& version : module.versions) {
    if (version.file == nullptr && version.Matches(wanted)) return true;
  }
  return false;
}

void CheckVersion(const Process& process, const Module& module, const elf::VersionNeed& need) {
  const Module* other = FindNamed(process, module, need.file);
  if (other == nullptr || other == process.loader) return;
  if (other->dynamic.verdef == 0) {
    Line() << ReportName() << ": " << other->path
           << ": no version information available (required by " << module.path << ")";
    return;
  }
  if (Defines(*other, need)) return;
  if ((need.flags & VER_FLG_WEAK) != 0) {
    Line() << ReportName() << ": " << other->path << ": weak version `" << need.name
           << "' not found (required by " << module.path << ")";
  } else {
    ErrorLine("").line() << other->path << ": version `" << need.name << "' not found (required by "
                         << module.path << ")";
  }
}

}  // namespace

void CheckVersions(const Process& process, std::span<Module* const> modules) {
  for (const Module* module : modules) {
    if (!module->IsNative()) continue;
    // The tables were checked when the module was decoded.
    (void)elf::ForEachVersionNeed(
        module->image, module->dynamic.strings, module->dynamic.verneed,
        [&](const elf::VersionNeed& need) { CheckVersion(process, *module, need); });
  }
}

}  // namespace signet
