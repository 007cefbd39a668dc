// SPDX-License-Identifier: MIT
//
// The backend `kernel`: mseal(2), since Linux 6.10.
//
// Input: planned entries. Output: the same, with backend, reason and error as they came out. Each run of adjacent ranges
// is sealed by one call, never across a hole, and no byte twice, since some kernels mis-seal overlapping ranges.
#pragma once

#include "sealer/plan.h"

#pragma GCC visibility push(hidden)

namespace signet {

// Sorts the entries by address and seals those whose reason is SIGNET_REASON_SEALED. Returns what holds the seals: the
// kernel, or nothing on a kernel without mseal.
signet_backend SealByKernel(LedgerEntries& entries);

// Finds the kernel's own mappings, vdso and vvar, with PROCMAP_QUERY (Linux 6.11). `vdso_start` and `vdso_end` are what
// the vdso's headers say.
void PlanVdso(uint32_t module, uint64_t vdso_start, uint64_t vdso_end, uint32_t kinds, LedgerEntries& entries);

}  // namespace signet

#pragma GCC visibility pop
