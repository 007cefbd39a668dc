// SPDX-License-Identifier: MIT
//
// Which of the kernel's own mappings are to be sealed: the vdso, and vvar, its data.
//
// Input: the vdso's addresses. Output: a ledger entry. Unlike plan.h it makes system calls, because
// only the kernel knows where vvar begins. Not thread-safe: the entries belong to one thread.
#pragma once

#include "sealer/plan.h"

#pragma GCC visibility push(hidden)

namespace signet {

// The kernel usually has this many pages of data below the vdso.
inline constexpr uint64_t kUsualVvarPages = 6;

// Adds the vdso, whose headers say where it is, and vvar below it. Neither of them is below
// `foreign_end`, where something else is mapped; 0 if nothing is known. If the kernel does not say
// where vvar begins, vvar is left out.
void PlanVdso(uint32_t module, uint64_t vdso_start, uint64_t vdso_end, uint64_t foreign_end,
              uint32_t kinds, LedgerEntries& entries);

}  // namespace signet

#pragma GCC visibility pop
