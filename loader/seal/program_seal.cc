// SPDX-License-Identifier: MIT
#include "loader/seal/program_seal.h"

#include <errno.h>

#include "base/page.h"
#include "base/syscall.h"
#include "loader/loader_lock.h"
#include "loader/seal/choose_backend.h"
#include "loader/seal/seal_record.h"
#include "sealer/backend/guard.h"
#include "sealer/sealed_ranges.h"

namespace signet {
namespace {

// The seal itself. Success is 0.
long SealByBackendInForce(const Process& process, uint64_t start, uint64_t size,
                          unsigned long flags) {
  if (IsGuarded(process)) return SealMemory(start, size, flags);
  if (!IsByMseal(process)) return -ENOSYS;
  const long result = sys::Call(sys::kSysMseal, start, size, flags);
  if (result != 0 || size == 0) return result;
  const SealedRange range = {start, start + PageUp(size), kByProgram};
  (void)AddSealed({&range, 1});  // for the record only
  return 0;
}

}  // namespace

long SealForProgram(const Process& process, uint64_t start, uint64_t size, unsigned long flags) {
  if (const long result = SealByBackendInForce(process, start, size, flags); result != 0)
    return result;
  if (size == 0 || process.seal_record->entries.empty() || !loader_lock.AcquireIfFree()) return 0;
  PublishRecord(process);
  loader_lock.Release();
  return 0;
}

bool IsSealed(uint64_t start, uint64_t end) {
  for (uint64_t at = start; at < end;) {
    signet_ledger_entry entry = {};
    SealedRange range;
    if (FindPublished(at, entry) && entry.backend != SIGNET_BACKEND_NONE) {
      at = entry.end;
    } else if (FindSealed(at, at + 1, range)) {
      at = range.end;
    } else {
      return false;
    }
  }
  return true;
}

}  // namespace signet
