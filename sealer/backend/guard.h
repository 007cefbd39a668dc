// SPDX-License-Identifier: MIT
//
// The backend `guard`: mseal's contract, kept by the set of sealed ranges (sealed_ranges.h), which
// the functions in front of libc's ask.
//
// Input: planned entries, or an address range. Output: the ranges in the set; the entries with
// backend and reason. It prevents nothing by itself: guard_rules.h does.
#pragma once

#include "sealer/plan.h"

#pragma GCC visibility push(hidden)

namespace signet {

// Makes sure that SealByGuard will need no memory for so many entries. Returns 0 or an errno.
int ReserveForGuard(size_t entry_count);

// Sorts the entries by address, and adds those whose reason is SIGNET_REASON_SEALED to the set.
// Their new reason is `reason`, which says why mseal does not hold them, with its `error`.
void SealByGuard(LedgerEntries& entries, signet_reason reason, int error);

// Seals as mseal(start, size, flags) would, all or nothing, and returns what it would return by the
// kernel's rules: 0, -EINVAL or -ENOMEM. If another thread unmaps the memory at the same time, by a
// system call of its own, there is a seal on nothing. Safe in signal handlers.
long SealMemory(uint64_t start, uint64_t size, unsigned long flags);

}  // namespace signet

#pragma GCC visibility pop
