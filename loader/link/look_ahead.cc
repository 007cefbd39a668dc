// SPDX-License-Identifier: MIT
#include "loader/link/look_ahead.h"

namespace signet {
namespace {

void PrefetchSymbol(const elf::Dynamic& owner, uint32_t symbol) {
  __builtin_prefetch(owner.symbols.data() + symbol);
  __builtin_prefetch(owner.versym.data() + symbol);
}

}  // namespace

// Takes the next symbol of the table into the ring, in place of the oldest one.
void LookAhead::Push(const elf::Dynamic& dynamic) {
  ++position_;
  LookUp& newest = At(0);
  newest = {};
  for (; next_ != end_; ++next_) {
    const uint32_t symbol = elf::RelocSymbol(*next_);
    if (symbol == newest_ || symbol >= dynamic.symbols.size()) continue;
    newest_ = symbol;
    newest.symbol = symbol;
    PrefetchSymbol(dynamic, symbol);
    return;
  }
}

void LookAhead::Step(const Module& module, std::span<const elf::Rela> relocations) {
  const elf::Dynamic& dynamic = module.dynamic;
  const elf::Rela* const end = relocations.data() + relocations.size();
  if (end != end_) {
    next_ = relocations.data();
    end_ = end;
    newest_ = 0;
    for (size_t i = 0; i < kDistance; ++i) Push(dynamic);
  }
  Push(dynamic);
  if (LookUp& next = At(kBucket); next.symbol != 0) {
    next.hash = ExportTable::HashOf(module, next.symbol);
    __builtin_prefetch(table_.Head(next.hash));
    PrefetchName(dynamic, next.symbol);
  }
  if (LookUp& next = At(kEntry); next.hash != 0) {
    next.entry = table_.First(next.hash);
    __builtin_prefetch(next.entry);
  }
  if (LookUp& next = At(kDefinition); next.entry != nullptr) {
    // The first entry that has the hash is nearly always the definition.
    while (next.entry != nullptr && next.entry->hash != next.hash)
      next.entry = table_.Next(*next.entry);
    if (next.entry != nullptr) {
      const elf::Dynamic& owner = table_.ModuleOf(*next.entry).dynamic;
      if (&owner == &dynamic) {
        next.entry = nullptr;
      } else {
        PrefetchSymbol(owner, next.entry->symbol);
      }
    }
  }
  if (const LookUp& next = At(kName); next.entry != nullptr) {
    const elf::Dynamic& owner = table_.ModuleOf(*next.entry).dynamic;
    if (next.entry->symbol < owner.symbols.size()) PrefetchName(owner, next.entry->symbol);
  }
}

}  // namespace signet
