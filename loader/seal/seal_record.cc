// SPDX-License-Identifier: MIT
#include "loader/seal/seal_record.h"

#include <algorithm>

#include "base/scratch.h"
#include "loader/seal/choose_backend.h"
#include "sealer/backend/mseal.h"
#include "sealer/backend/seccomp.h"
#include "sealer/program_seals.h"

namespace signet {
namespace {

uint32_t SelectedKinds(const Process& process) {
  return process.options.seal_kinds | (HasFilter() ? SIGNET_FILTERED : 0);
}

// The ledger with the seals of the program. It is composed outside of the arena, because the
// program may seal in a signal handler.
void PublishWithProgramSeals(const Process& process, size_t own_count) {
  SealRecord& record = *process.seal_record;
  const size_t entry_count = 2 * (record.entries.size() + own_count) + 1;
  const size_t module_count = record.modules.size() + 1;
  const Scratch<SealedRange> own(own_count);
  const Scratch<signet_ledger_entry> entries(entry_count);
  const Scratch<LedgerModule> modules(module_count);
  if (own.first() == nullptr || entries.first() == nullptr || modules.first() == nullptr) return;
  const size_t seen = CopySealed(kByProgram, {own.first(), own_count});
  std::copy(record.modules.begin(), record.modules.end(), modules.first());
  modules.first()[module_count - 1] = {0, 0, 0, "", "", SIGNET_ORIGIN_OWN};
  const signet_backend backend = IsGuarded(process) ? SIGNET_BACKEND_GUARD : SIGNET_BACKEND_KERNEL;
  const size_t count =
      MergeProgramSeals(record.entries, {own.first(), seen < own_count ? seen : own_count},
                        static_cast<uint32_t>(module_count - 1), backend, entries.first());
  if (backend > record.strongest) record.strongest = backend;
  PublishLedger({modules.first(), module_count}, {entries.first(), count}, record.strongest,
                SelectedKinds(process));
}

}  // namespace

uint32_t SealRecord::AddPlannedModule(const LedgerModule& module) {
  modules.Add(module);
  ++planned_modules;
  return static_cast<uint32_t>(modules.size() - 1);
}

void SealRecord::ForgetPlanned() {
  modules.Truncate(modules.size() - planned_modules);
  planned.Truncate(0);
  planned_modules = 0;
}

void SealRecord::SettlePlanned() {
  if (entries.empty()) {
    entries = planned;
    planned = {};
  } else {
    for (const signet_ledger_entry& entry : planned) entries.Add(entry);
    SortByAddress(entries);
  }
  planned.Truncate(0);
  planned_modules = 0;
}

void SealRecord::Forget(const Module& module) {
  size_t number = 0;
  while (number < modules.size() && modules[number].start != module.map.start) ++number;
  if (number != modules.size()) ForgetModule(number);
}

void SealRecord::ForgetModule(size_t number) {
  for (size_t i = number + 1; i < modules.size(); ++i) modules[i - 1] = modules[i];
  modules.Truncate(modules.size() - 1);
  size_t kept = 0;
  for (const signet_ledger_entry& entry : entries) {
    if (entry.module == number) continue;
    entries[kept] = entry;
    if (entry.module > number) --entries[kept].module;
    ++kept;
  }
  entries.Truncate(kept);
}

void PublishRecord(const Process& process) {
  const SealRecord& record = *process.seal_record;
  if (const size_t own_count = CopySealed(kByProgram, {})) {
    PublishWithProgramSeals(process, own_count);
  } else {
    PublishLedger(record.modules, record.entries, record.strongest, SelectedKinds(process));
  }
}

}  // namespace signet
