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
      MergeProgramSeals({record.entries.begin(), record.entries.end()},
                        {own.first(), seen < own_count ? seen : own_count},
                        static_cast<uint32_t>(module_count - 1), backend, entries.first());
  if (backend > record.strongest) record.strongest = backend;
  (void)PublishLedger({modules.first(), module_count}, {entries.first(), count}, {},
                      record.strongest, SelectedKinds(process));
}

}  // namespace

void SettledEntries::Reserve(size_t capacity) {
  if (capacity <= capacity_) return;
  capacity_ = std::max(capacity, 2 * capacity_);
  signet_ledger_entry* const end = ArenaArray<signet_ledger_entry>(capacity_).data() + capacity_;
  end_ = std::copy_backward(begin(), end_, end) + size_;
}

void SettledEntries::Merge(const LedgerEntries& others) {
  if (empty()) {
    end_ = others.end();
    size_ = capacity_ = others.size();
    return;
  }
  Reserve(size_ + others.size());
  const signet_ledger_entry* old = begin();
  signet_ledger_entry* to = begin() - others.size();
  for (const signet_ledger_entry& other : others) {
    while (old != end_ && old->start < other.start) *to++ = *old++;
    *to++ = other;
  }
  // The rest is in its place.
  unchanged_ = std::min(unchanged_, static_cast<size_t>(end_ - old));
  size_ += others.size();
}

uint32_t SealRecord::AddPlannedModule(const LedgerModule& module) {
  modules.Add(module);
  ++planned_modules;
  return static_cast<uint32_t>(modules.size() - 1);
}

void SealRecord::ForgetPlanned() {
  modules.Truncate(modules.size() - planned_modules);
  published_modules = std::min(published_modules, modules.size());
  planned.Truncate(0);
  planned_modules = 0;
}

void SealRecord::SettlePlanned() {
  const bool is_first = entries.empty();
  entries.Merge(planned);
  if (is_first) planned = {};  // its memory is theirs
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
  published_modules = std::min(published_modules, number);
  entries.RemoveIf([number](signet_ledger_entry& entry) {
    if (entry.module == number) return true;
    if (entry.module > number) --entry.module;
    return false;
  });
}

void PublishRecord(const Process& process) {
  SealRecord& record = *process.seal_record;
  if (const size_t own_count = CopySealed(kByProgram, {})) {
    PublishWithProgramSeals(process, own_count);
    record.published_modules = 0;
    record.entries.NoteChanged();
    return;
  }
  const bool is_published =
      PublishLedger(record.modules, {record.entries.begin(), record.entries.end()},
                    record.Unchanged(), record.strongest, SelectedKinds(process));
  if (!is_published) return;
  record.published_modules = record.modules.size();
  record.entries.NoteUnchanged();
}

}  // namespace signet
