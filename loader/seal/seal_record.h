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

struct SealRecord {
  List<LedgerModule> modules;
  LedgerEntries entries;       // settled: sealed, or left unsealed for a reason
  LedgerEntries planned;       // to be sealed next
  size_t planned_modules = 0;  // how many of the last modules belong to the planned entries
  signet_backend strongest = SIGNET_BACKEND_NONE;  // the strongest that holds an entry

  RelroWatch* relro_watch = nullptr;  // while a static program is watched

  // Adds a module whose ranges are planned next, and returns its index.
  uint32_t AddPlannedModule(const LedgerModule& module);
  // Removes everything that is planned.
  void ForgetPlanned();
  // The planned entries become settled ones.
  void SettlePlanned();
  // Removes a module with its entries: one that is unloaded, or by its number.
  void Forget(const Module& module);
  void ForgetModule(size_t number);
};

// Publishes the ledger, with the seals of the program.
void PublishRecord(const Process& process);

}  // namespace signet

#pragma GCC visibility pop
