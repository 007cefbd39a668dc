// SPDX-License-Identifier: MIT
#include "loader/link/export_table.h"

#include <sys/mman.h>

#include <algorithm>

#include "base/page.h"
#include "base/syscall.h"
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

// The highest symbol that relocations refer to.
uint32_t HighestReferred(const Module& module) {
  uint32_t highest = 0;
  for (const std::span<const elf::Rela> table :
       {module.dynamic.rela.subspan(module.dynamic.relative_count), module.dynamic.jmprel}) {
    for (const elf::Rela& rela : table) highest = std::max(highest, elf::RelocSymbol(rela));
  }
  return highest;
}

// Of symbols that .gnu.hash does not hold, the table keeps the hashes: those are the first ones.
// (An export's hash is in .gnu.hash.) If there are no exports, .gnu.hash does not say how many
// symbols there are, and dynamic.symbols may be a guess that is far too high.
size_t UndefinedCount(const Module& module) {
  const size_t all = module.dynamic.symbols.size();
  const elf::GnuHashTable& exports = module.dynamic.gnu_hash;
  const size_t count =
      exports.chain().empty() ? size_t{HighestReferred(module)} + 1 : exports.symbol_offset();
  return std::min(all, count);
}

bool HasReferences(const Module& module) { return module.IsNative() && SymbolicCount(module) != 0; }

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
  TakeMemory();
  CollectReferences();
  InsertExports();
}

void ExportTable::Free() {
  for (Module* module : modules_) module->undefined_hashes = {};
  FreeScratch();
}

// In one mapping: bitmap, heads, hashes, entries. The bitmap has eight bits for each reference, so
// that few exports pass it by chance. There is room for all exports, most of which is never
// touched.
void ExportTable::TakeMemory() {
  size_t references = 0;
  size_t undefined = 0;
  size_t exports = 0;
  for (Module* module : modules_) {
    if (!HasReferences(*module)) continue;
    references += std::min<size_t>(SymbolicCount(*module), module->dynamic.symbols.size());
    const size_t count = UndefinedCount(*module);
    module->undefined_hashes = {static_cast<uint32_t*>(nullptr), count};  // memory comes below
    undefined += count;
  }
  for (const Module* module : scope_) exports += ExportCount(*module);
  size_t words = 64;
  while (words * 32 < references * 8) words *= 2;
  const size_t heads = words * 2;
  const size_t dense = (words + heads + undefined) * sizeof(uint32_t);
  const uint64_t memory = ScratchPages(dense + alignof(Entry) + (exports + 1) * sizeof(Entry));
  sys::Advise(memory, PageUp(dense), MADV_POPULATE_WRITE);
  wanted_ = std::bit_cast<uint32_t*>(memory);
  wanted_mask_ = static_cast<uint32_t>(words - 1);
  heads_ = wanted_ + words;
  head_mask_ = static_cast<uint32_t>(heads - 1);
  uint32_t* hashes = heads_ + heads;
  for (Module* module : modules_) {
    if (!HasReferences(*module)) continue;
    module->undefined_hashes = {hashes, module->undefined_hashes.size()};
    hashes += module->undefined_hashes.size();
  }
  entries_ = std::bit_cast<Entry*>(AlignUp(memory + dense, alignof(Entry)));
}

// Nearly all undefined symbols are referred to, so all of them count, in their order in memory. Of
// the exports, only those count that relocations refer to.
void ExportTable::CollectReferences() {
  for (const Module* module : modules_) {
    const std::span<uint32_t> hashes = module->undefined_hashes;
    if (hashes.empty()) continue;
    const elf::Dynamic& dynamic = module->dynamic;
    constexpr size_t kAhead = 8;  // far enough for a name to arrive in the cache
    for (size_t i = 1; i < hashes.size(); ++i) {
      if (i + kAhead < hashes.size()) PrefetchName(dynamic, i + kAhead);
      hashes[i] = elf::GnuHash(dynamic.strings.At(dynamic.symbols[i].st_name)) & ~1u;
      Want(hashes[i]);
    }
    WantExports(*module, dynamic.rela.subspan(dynamic.relative_count));
    WantExports(*module, dynamic.jmprel);
  }
}

void ExportTable::WantExports(const Module& module, std::span<const elf::Rela> relocations) {
  for (const elf::Rela& rela : relocations) {
    const uint32_t symbol = elf::RelocSymbol(rela);
    if (symbol >= module.undefined_hashes.size()) Want(HashOf(module, symbol));
  }
}

// Goes from the last module to the first and from the last symbol to the first, and puts each
// export in front of its bucket. So a bucket is read in scope order.
void ExportTable::InsertExports() {
  for (size_t scope = scope_.size(); scope-- != 0;) {
    const elf::Dynamic& dynamic = scope_[scope]->dynamic;
    if (dynamic.gnu_hash) {
      const std::span<const uint32_t> chain = dynamic.gnu_hash.chain();
      for (size_t i = chain.size(); i-- != 0;) {
        if (const uint32_t hash = chain[i] & ~1u; IsWanted(hash)) {
          Insert(hash, static_cast<uint32_t>(scope),
                 static_cast<uint32_t>(i) + dynamic.gnu_hash.symbol_offset());
        }
      }
    } else {
      for (size_t i = dynamic.sysv_hash.symbol_count(); i-- > 1;) {
        if (i >= dynamic.symbols.size()) continue;
        const uint32_t hash = elf::GnuHash(dynamic.strings.At(dynamic.symbols[i].st_name)) & ~1u;
        if (IsWanted(hash)) Insert(hash, static_cast<uint32_t>(scope), static_cast<uint32_t>(i));
      }
    }
  }
}

void ExportTable::Insert(uint32_t hash, uint32_t scope, uint32_t symbol) {
  uint32_t& head = heads_[(hash >> 1) & head_mask_];
  entries_[entry_count_] = {hash, head, scope, symbol};
  head = entry_count_++;
}

}  // namespace signet
