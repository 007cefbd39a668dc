// SPDX-License-Identifier: MIT
//
// Puts filters of system calls (seccomp_filter.h) in force, for all threads of the process.
//
// Input: settled entries. Output: the same, with backend `seccomp` where a filter holds them and
// mseal does not. A filter cannot be taken back, and outlives exec.
#pragma once

#include "sealer/plan.h"

#pragma GCC visibility push(hidden)

namespace signet {

// Filters for those of `entries` that are to be sealed and do not lie in [fixed_start, fixed_end):
// a module at an address of its own choice, where the next program that is executed may be as well.
// Adjacent entries become one range. There are never more than a few filters, since each costs
// every call that it checks; what does not fit stays as it was. Returns 0, or the errno of a filter
// that was refused.
int SealBySeccomp(LedgerEntries& entries, uint64_t fixed_start, uint64_t fixed_end);

// Whether such a filter is in force.
bool HasFilter();

}  // namespace signet

#pragma GCC visibility pop
