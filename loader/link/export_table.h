// SPDX-License-Identifier: MIT
//
// The scope turned around: one hash table over the exports of all modules that a reference may
// mean.
//
// Input: the scope, and modules whose relocations say which names are referred to. Output: for a
// reference, the hash of its name, and for a hash, the exports that have it, in scope order. Only
// the upper 31 bits of a GNU hash count, because .gnu.hash stores no more. It compares no names and
// no versions. The table is in scratch memory, until Free. Used while linking at start, later under
// the loader lock.
#pragma once

#include "elf/reloc.h"
#include "loader/module.h"

#pragma GCC visibility push(hidden)

namespace signet {

// Asks for the beginning of a symbol's name, so that it is in the cache when it is read.
inline void PrefetchName(const elf::Dynamic& owner, size_t symbol) {
  __builtin_prefetch(owner.strings.bytes().data() + owner.symbols[symbol].st_name);
}

struct ExportTable {
  struct Entry {
    uint32_t hash;   // lowest bit 0
    uint32_t next;   // index of the next entry of the bucket, in scope order; 0 ends it
    uint32_t scope;  // index of the module in the scope
    uint32_t symbol;
  };

  ExportTable(std::span<Module* const> scope, std::span<Module* const> modules)
      : scope_(scope), modules_(modules) {}

  // True if the table costs less than the walk over all modules. The walk costs about as much as
  // there are look-ups times modules, the table about as much as there are exports.
  static bool Pays(std::span<Module* const> scope, std::span<Module* const> modules);
  void Build();
  void Free();

  // The hash of the name of a symbol that relocations of the module refer to; 0 if the table does
  // not know it, and so cannot be asked for it.
  static uint32_t HashOf(const Module& module, uint32_t symbol) {
    const std::span<const uint32_t> hashes = module.undefined_hashes;
    if (symbol < hashes.size()) return hashes[symbol];
    return hashes.empty() || !module.dynamic.gnu_hash ? 0 : module.dynamic.gnu_hash.HashOf(symbol);
  }

  // Where First begins to read.
  const uint32_t* Head(uint32_t hash) const { return &heads_[(hash >> 1) & head_mask_]; }
  const Entry* First(uint32_t hash) const { return At(*Head(hash)); }
  const Module& ModuleOf(const Entry& entry) const { return *scope_[entry.scope]; }
  const Entry* Next(const Entry& entry) const { return At(entry.next); }

 private:
  const Entry* At(uint32_t index) const { return index != 0 ? &entries_[index] : nullptr; }
  bool IsWanted(uint32_t hash) const {
    return (wanted_[(hash >> 6) & wanted_mask_] >> ((hash >> 1) % 32) & 1) != 0;
  }
  void Want(uint32_t hash) { wanted_[(hash >> 6) & wanted_mask_] |= 1u << ((hash >> 1) % 32); }
  void TakeMemory();
  void CollectReferences();
  void WantExports(const Module& module, std::span<const elf::Rela> relocations);
  void InsertExports();
  void Insert(uint32_t hash, uint32_t scope, uint32_t symbol);

  std::span<Module* const> scope_;
  std::span<Module* const> modules_;  // those whose references count
  uint32_t* wanted_ = nullptr;        // a bitmap: hashes of names that are referred to
  uint32_t* heads_ = nullptr;         // index of each bucket's first entry
  Entry* entries_ = nullptr;          // the first one is not used
  uint32_t entry_count_ = 1;
  uint32_t wanted_mask_ = 0;
  uint32_t head_mask_ = 0;
};

}  // namespace signet

#pragma GCC visibility pop
