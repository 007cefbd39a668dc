// SPDX-License-Identifier: MIT
//
// All that was ever planned and sealed in this process: what the published ledger is made from.
//
// Input: planned modules and ranges, and what became of them. Output: the ledger. Under the loader
// lock.
#pragma once

#include "loader/process.h"
#include "sealer/ledger.h"
#include "sealer/plan.h"

#pragma GCC visibility push(hidden)

namespace signet {

struct SealRecord {
  List<LedgerModule> modules;
  LedgerEntries entries;       // settled: sealed, or left as they are
  LedgerEntries planned;       // to be sealed next
  size_t planned_modules = 0;  // so many modules, the last ones, belong to the planned entries
  signet_backend strongest = SIGNET_BACKEND_NONE;  // that holds an entry

  // A module whose ranges are planned next: its index.
  uint32_t AddPlannedModule(const LedgerModule& module);
  // Takes back what is planned.
  void ForgetPlanned();
  // What is planned becomes settled.
  void SettlePlanned();
  // A module that is unloaded leaves, with its entries.
  void Forget(const Module& module);
};

// The ledger, with what the program has sealed by itself.
void PublishRecord(const Process& process);

}  // namespace signet

#pragma GCC visibility pop
