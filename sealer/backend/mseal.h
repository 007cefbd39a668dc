// SPDX-License-Identifier: MIT
//
// The backend `kernel`: mseal(2), since Linux 6.10.
//
// Input: planned entries. Output: the same, with backend, reason and error as they came out. Each
// run of adjacent ranges is sealed by one call, never across a hole, and no byte twice, since some
// kernels mis-seal overlapping ranges.
#pragma once

#include "sealer/plan.h"

#pragma GCC visibility push(hidden)

namespace signet {

void SortByAddress(LedgerEntries& entries);

// Sorts the entries by address and seals those whose reason is SIGNET_REASON_SEALED.
void SealByMseal(LedgerEntries& entries);

// So many pages of data the kernel has, as a rule, below the vdso.
inline constexpr uint64_t kUsualVvarPages = 6;

// The kernel's own mappings: the vdso, whose headers say where it is, and vvar below it, as far as
// the kernel tells. Where it does not, vvar is left out.
void PlanVdso(uint32_t module, uint64_t vdso_start, uint64_t vdso_end, uint32_t kinds,
              LedgerEntries& entries);

}  // namespace signet

#pragma GCC visibility pop
