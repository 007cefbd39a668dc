// SPDX-License-Identifier: MIT
//
// The loader's own record of everything that was planned and sealed in this process. The published
// ledger is made from it.
//
// Input: planned modules and ranges, and what became of them. Output: the ledger. Under the loader
// lock. It seals nothing.
#pragma once

#include "loader/process.h"
#include "sealer/ledger.h"
#include "sealer/plan.h"

#pragma GCC visibility push(hidden)

namespace signet {

struct RelroWatch;  // relro_watch.cc

// Entries by ascending address, at the end of their memory: what comes later lies below most of
// what was there before, so little has to move for it.
class SettledEntries {
 public:
  signet_ledger_entry* begin() const { return end_ - size_; }
  signet_ledger_entry* end() const { return end_; }
  size_t size() const { return size_; }
  bool empty() const { return size_ == 0; }
  signet_ledger_entry& operator[](size_t i) const { return begin()[i]; }

  // Of the last ones, how many are as they were when NoteUnchanged was called last.
  size_t unchanged() const { return unchanged_; }
  void NoteUnchanged() { unchanged_ = size_; }
  void NoteChanged() { unchanged_ = 0; }

  // Room for so many in all.
  void Reserve(size_t capacity);
  // Adds `others`, which ascend, too. Takes over their memory if there is nothing yet.
  void Merge(const LedgerEntries& others);

  template <typename IsRemoved>
  void RemoveIf(IsRemoved is_removed) {
    signet_ledger_entry* kept = end_;
    for (signet_ledger_entry* entry = end_; entry != end_ - size_;) {
      if (!is_removed(*--entry)) *--kept = *entry;
    }
    size_ = static_cast<size_t>(end_ - kept);
    unchanged_ = 0;
  }

 private:
  signet_ledger_entry* end_ = nullptr;
  size_t size_ = 0;
  size_t capacity_ = 0;
  size_t unchanged_ = 0;
};

struct SealRecord {
  List<LedgerModule> modules;
  SettledEntries entries;        // sealed, or left unsealed for a reason
  LedgerEntries planned;         // to be sealed next
  size_t planned_modules = 0;    // how many of the last modules belong to the planned entries
  size_t published_modules = 0;  // of the first ones, how many are as the ledger has them
  signet_backend strongest = SIGNET_BACKEND_NONE;  // the strongest that holds an entry

  RelroWatch* relro_watch = nullptr;  // while a static program is watched

  // Adds a module whose ranges are planned next, and returns its index.
  uint32_t AddPlannedModule(const LedgerModule& module);
  // What the next ledger has in common with the one in force.
  UnchangedPart Unchanged() const { return {published_modules, entries.unchanged()}; }
  // Removes everything that is planned.
  void ForgetPlanned();
  // The planned entries become settled ones.
  void SettlePlanned();
  // Removes a module with its entries: one that is unloaded, or by its number. All numbers behind
  // it change.
  void Forget(const Module& module);
  void ForgetModule(size_t number);
};

// Publishes the ledger, with the seals of the program.
void PublishRecord(const Process& process);

}  // namespace signet

#pragma GCC visibility pop
