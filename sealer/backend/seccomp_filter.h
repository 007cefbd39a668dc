// SPDX-License-Identifier: MIT
//
// The backend `seccomp`: a filter program that denies, with EPERM, the system calls that a sealed
// range would refuse under mseal.
//
// Input: sealed ranges. Output: classic BPF for seccomp(2). Pure: it installs nothing (seccomp.h).
//
// A filter sees the registers of a call and no memory. So it denies more than mseal does: shmat
// with SHM_REMAP and discarding advice by process_madvise altogether, and discarding advice on all
// that may not be written, of a file or not. A range below 4 GiB cannot be held: i386 system calls,
// of which 64-bit code can make some, are let pass, because they reach no higher address. Calls of
// the x32 ABI have the same numbers but for one bit.
#pragma once

#include <linux/filter.h>

#include <cstddef>
#include <span>

#include "sealer/sealed_ranges.h"

#pragma GCC visibility push(hidden)

namespace signet {

inline constexpr size_t kMostFilterSteps = 4096;  // BPF_MAXINSNS
inline constexpr size_t kMostFilterRanges = 96;   // of which a filter always fits

// Writes the filter for `ranges`, at most kMostFilterRanges, ascending and disjoint, and returns
// its number of steps. `code` has room for kMostFilterSteps.
size_t WriteFilter(std::span<const SealedRange> ranges, sock_filter* code);

}  // namespace signet

#pragma GCC visibility pop
