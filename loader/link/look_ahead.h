// SPDX-License-Identifier: MIT
//
// Brings what the look-ups of the next relocations will read into the processor's cache.
//
// A look-up is a chain of reads, most of which miss the cache: symbol and version of the reference;
// its name, and the head of the bucket; the entry; symbol and version of the definition; its name.
// Each needs the one before. So each is asked for while other relocations are applied, some of them
// after the one before.
//
// Input: a table of the scope, and relocations of its modules, in their order. Output: none; it
// only saves time. Not thread-safe: used while linking.
#pragma once

#include "loader/link/export_table.h"

#pragma GCC visibility push(hidden)

namespace signet {

class LookAhead {
 public:
  explicit LookAhead(const ExportTable& table) : table_(table) {}

  // Called for each relocation of `module` that may name a symbol: `relocations` begins with it and
  // ends with its table. Linkers sort by symbol, and the same one again costs nothing.
  void Advance(const Module& module, std::span<const elf::Rela> relocations) {
    const uint32_t symbol = elf::RelocSymbol(relocations.front());
    if (symbol == current_) return;
    current_ = symbol;
    if (symbol != STN_UNDEF) Step(module, relocations);
  }

 private:
  // How many other symbols are looked up between a step of the chain and the look-up.
  static constexpr size_t kDistance = 16;
  static constexpr size_t kBucket = 12;
  static constexpr size_t kEntry = 9;
  static constexpr size_t kDefinition = 6;
  static constexpr size_t kName = 2;

  struct LookUp {
    uint32_t symbol;                  // 0: there is none
    uint32_t hash;                    // 0 before that step
    const ExportTable::Entry* entry;  // null before that step
  };

  // Not inlined, so that it takes no stack of what Advance's caller calls.
  [[gnu::noinline]] void Step(const Module& module, std::span<const elf::Rela> relocations);
  void Push(const elf::Dynamic& dynamic);
  LookUp& At(size_t distance) { return ring_[(position_ + distance) % kDistance]; }

  const ExportTable& table_;
  uint32_t current_ = 0;             // the symbol of the last relocation
  uint32_t newest_ = 0;              // the last symbol in the ring
  const elf::Rela* next_ = nullptr;  // behind its relocation
  const elf::Rela* end_ = nullptr;   // of the table
  size_t position_ = 0;
  LookUp ring_[kDistance] = {};
};

}  // namespace signet

#pragma GCC visibility pop
