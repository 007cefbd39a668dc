// SPDX-License-Identifier: MIT
//
// The backend `guard`: mseal's contract, kept by the set of sealed ranges (sealed_ranges.h), which
// the guards ask.
//
// Input: planned entries, or an address range. Output: the ranges in the set; the entries with
// backend and reason. It keeps nobody from anything by itself.
#pragma once

#include "sealer/plan.h"

#pragma GCC visibility push(hidden)

namespace signet {

// Makes sure that SealByGuard will need no memory for so many entries. 0 or an errno.
int ReserveForGuard(size_t entry_count);

// Sorts the entries by address and enters those whose reason is SIGNET_REASON_SEALED. Their reason
// becomes `reason`: why mseal does not hold them, with its `error`.
void SealByGuard(LedgerEntries& entries, signet_reason reason, int error);

// What mseal(start, size, flags) would return: 0, -EINVAL or -ENOMEM, by the kernel's rules. All or
// nothing. Whether memory is mapped is known for the moment only: who unmaps at the same time, past
// the guards, leaves a seal on nothing. Safe in signal handlers.
long SealMemory(uint64_t start, uint64_t size, unsigned long flags);

}  // namespace signet

#pragma GCC visibility pop
