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

  // Called for each relocation of `module` that may name a symbol: `relocations` begins with it.
  void Advance(const Module& module, std::span<const elf::Rela> relocations) {
    if (relocations.size() > kDistance) Step(module, relocations);
  }

 private:
  // How many relocations lie between a step of the chain and the look-up.
  static constexpr size_t kDistance = 16;
  static constexpr size_t kBucket = 12;
  static constexpr size_t kEntry = 9;
  static constexpr size_t kDefinition = 6;
  static constexpr size_t kName = 2;

  struct LookUp {
    uint32_t symbol;  // 0: nothing is to be done
    uint32_t hash;
    const ExportTable::Entry* entry;
  };

  // Not inlined, so that it takes no stack of what Advance's caller calls.
  [[gnu::noinline]] void Step(const Module& module, std::span<const elf::Rela> relocations);
  LookUp& At(size_t distance) { return ring_[(position_ + distance) % kDistance]; }

  const ExportTable& table_;
  const elf::Rela* expected_ = nullptr;  // what Advance is called with next, if nothing is left out
  size_t position_ = 0;
  LookUp ring_[kDistance] = {};
};

}  // namespace signet

#pragma GCC visibility pop
