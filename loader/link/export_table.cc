// SPDX-License-Identifier: MIT
#include "loader/link/export_table.h"

#include "elf/symbol.h"

namespace signet {
namespace {

// Relocations that may name a symbol: all except the leading R_X86_64_RELATIVE ones.
uint64_t SymbolicCount(const Module& module) {
  return module.dynamic.rela.size() - module.dynamic.relative_count + module.dynamic.jmprel.size();
}

uint64_t ExportCount(const Module& module) {
  return module.dynamic.gnu_hash ? module.dynamic.gnu_hash.chain().size()
                                 : module.dynamic.sysv_hash.symbol_count();
}

}  // namespace

bool ExportTable::Pays(std::span<Module* const> scope, std::span<Module* const> modules) {
  uint64_t references = 0;
  uint64_t exports = 0;
  for (const Module* module : modules) {
    if (module->IsNative()) references += SymbolicCount(*module);
  }
  for (const Module* module : scope) exports += ExportCount(*module);
  return references * scope.size() >= exports;
}

void ExportTable::Build() {
  CollectReferences();
  InsertExports();
}

// Sizes the bitmap to eight bits for each reference, so that few exports pass it by chance.
void ExportTable::CollectReferences() {
  uint64_t references = 0;
  for (const Module* module : modules_)
    references += module->IsNative() ? SymbolicCount(*module) : 0;
  size_t words = 64;
  while (words * 32 < references * 8) words *= 2;
  wanted_ = ArenaArray<uint32_t>(words);
  wanted_mask_ = static_cast<uint32_t>(words - 1);
  heads_ = ArenaArray<uint32_t>(words * 4);
  head_mask_ = static_cast<uint32_t>(heads_.size() - 1);
  for (Module* module : modules_) {
    if (!module->IsNative() || SymbolicCount(*module) == 0) continue;
    module->symbol_hashes = ArenaArray<uint32_t>(module->dynamic.symbols.size());
    Collect(*module, module->dynamic.rela.subspan(module->dynamic.relative_count),
            module->symbol_hashes);
    Collect(*module, module->dynamic.jmprel, module->symbol_hashes);
  }
}

void ExportTable::Collect(const Module& module, std::span<const elf::Rela> relocations,
                          std::span<uint32_t> hashes) {
  const elf::Dynamic& dynamic = module.dynamic;
  for (const elf::Rela& rela : relocations) {
    const uint32_t symbol = elf::RelocSymbol(rela);
    if (symbol == 0 || symbol >= hashes.size() || hashes[symbol] != 0) continue;
    uint32_t hash = dynamic.gnu_hash ? dynamic.gnu_hash.HashOf(symbol) : 0;
    if (hash == 0) hash = elf::GnuHash(dynamic.strings.At(dynamic.symbols[symbol].st_name)) & ~1u;
    hashes[symbol] = hash;
    wanted_[(hash >> 6) & wanted_mask_] |= 1u << ((hash >> 1) % 32);
  }
}

// Goes from the last module to the first and from the last symbol to the first, and puts each
// export in front of its bucket. So a bucket is read in scope order.
void ExportTable::InsertExports() {
  // Room for as many as there are references, which is nearly always enough. Memory that is not
  // touched costs nothing.
  entries_.Reserve(wanted_.size() * 4);
  entries_.Add({});
  for (size_t scope = scope_.size(); scope-- != 0;) {
    const elf::Dynamic& dynamic = scope_[scope]->dynamic;
    if (dynamic.gnu_hash) {
      const std::span<const uint32_t> chain = dynamic.gnu_hash.chain();
      for (size_t i = chain.size(); i-- != 0;) {
        if (const uint32_t hash = chain[i] & ~1u; Has(hash)) {
          Insert(hash, static_cast<uint32_t>(scope),
                 static_cast<uint32_t>(i) + dynamic.gnu_hash.symbol_offset());
        }
      }
    } else {
      for (size_t i = dynamic.sysv_hash.symbol_count(); i-- > 1;) {
        if (i >= dynamic.symbols.size()) continue;
        const uint32_t hash = elf::GnuHash(dynamic.strings.At(dynamic.symbols[i].st_name)) & ~1u;
        if (Has(hash)) Insert(hash, static_cast<uint32_t>(scope), static_cast<uint32_t>(i));
      }
    }
  }
}

void ExportTable::Insert(uint32_t hash, uint32_t scope, uint32_t symbol) {
  uint32_t& head = heads_[(hash >> 1) & head_mask_];
  entries_.Add({hash, head, scope, symbol});
  head = static_cast<uint32_t>(entries_.size() - 1);
}

}  // namespace signet
