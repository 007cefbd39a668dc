// SPDX-License-Identifier: MIT
//
// The scope turned around: one hash table over the exports of all modules that a reference may
// mean.
//
// Input: the scope, and modules whose relocations say which names are referred to. Output: for a
// hash, the exports that have it, in scope order, and module.symbol_hashes. Only the upper 31 bits
// of a GNU hash count, because .gnu.hash stores no more. It compares no names and no versions. Used
// while linking at start, later under the loader lock.
#pragma once

#include "elf/reloc.h"
#include "loader/module.h"

#pragma GCC visibility push(hidden)

namespace signet {

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

  bool Has(uint32_t hash) const {
    return (wanted_[(hash >> 6) & wanted_mask_] >> ((hash >> 1) % 32) & 1) != 0;
  }
  const Entry* First(uint32_t hash) const { return At(heads_[(hash >> 1) & head_mask_]); }
  const Entry* Next(const Entry& entry) const { return At(entry.next); }

 private:
  const Entry* At(uint32_t index) const { return index != 0 ? &entries_[index] : nullptr; }
  void CollectReferences();
  void Collect(const Module& module, std::span<const elf::Rela> relocations,
               std::span<uint32_t> hashes);
  void InsertExports();
  void Insert(uint32_t hash, uint32_t scope, uint32_t symbol);

  std::span<Module* const> scope_;
  std::span<Module* const> modules_;  // those whose references count
  std::span<uint32_t> wanted_;
  std::span<uint32_t> heads_;
  List<Entry> entries_;
  uint32_t wanted_mask_ = 0;
  uint32_t head_mask_ = 0;
};

}  // namespace signet

#pragma GCC visibility pop
