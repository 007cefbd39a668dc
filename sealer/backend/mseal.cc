// SPDX-License-Identifier: MIT
#include "sealer/backend/mseal.h"

#include <errno.h>

#include "base/syscall.h"

namespace signet {
namespace {

bool IsPlanned(const signet_ledger_entry& entry) { return entry.reason == SIGNET_REASON_SEALED; }

void Settle(std::span<signet_ledger_entry> run, long result) {
  for (signet_ledger_entry& entry : run) {
    if (!sys::Failed(result)) {
      entry.backend = SIGNET_BACKEND_KERNEL;
    } else {
      entry.reason = result == -ENOSYS ? SIGNET_REASON_NO_MSEAL : SIGNET_REASON_REFUSED;
      entry.error = static_cast<uint16_t>(sys::Errno(result));
    }
  }
}

// A call that fails may have sealed a part of the run. So each range is tried again by itself, to
// learn which are sealed. A range that is sealed already stays so.
void SealRun(std::span<signet_ledger_entry> run) {
  const long result = sys::Seal(run.front().start, run.back().end - run.front().start);
  if (!sys::Failed(result) || run.size() == 1 || result == -ENOSYS) {
    Settle(run, result);
    return;
  }
  for (signet_ledger_entry& entry : run)
    Settle({&entry, 1}, sys::Seal(entry.start, entry.end - entry.start));
}

}  // namespace

void SealByMseal(LedgerEntries& entries) {
  SortByAddress(entries);
  for (size_t first = 0; first < entries.size();) {
    if (!IsPlanned(entries[first])) {
      ++first;
      continue;
    }
    size_t last = first;
    while (last + 1 < entries.size() && IsPlanned(entries[last + 1]) &&
           entries[last + 1].start == entries[last].end)
      ++last;
    SealRun({&entries[first], last + 1 - first});
    first = last + 1;
  }
}

}  // namespace signet
