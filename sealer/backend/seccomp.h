// SPDX-License-Identifier: MIT
//
// Puts filters of system calls (seccomp_filter.h) in force, for all threads of the process.
//
// Input: entries for which mseal or the guards have done what they can. Output: the same, with
// backend `seccomp` if a filter holds them and mseal does not. A filter cannot be removed, and
// stays in force after exec. Not thread-safe: called under the loader lock, or before there are
// threads.
#pragma once

#include "sealer/plan.h"

#pragma GCC visibility push(hidden)

namespace signet {

// Installs filters for the entries that are to be sealed, except those in [fixed_start, fixed_end).
// That is a module whose file states its address: a program that this one executes may need the
// same address. Adjacent entries become one range. There are only a few filters, because each costs
// every call that it checks; entries that do not fit stay as they were. Returns 0, or the errno of
// a filter that was refused.
[[gnu::cold]] int SealBySeccomp(LedgerEntries& entries, uint64_t fixed_start, uint64_t fixed_end);

// Whether such a filter is in force.
bool HasFilter();

}  // namespace signet

#pragma GCC visibility pop
