// SPDX-License-Identifier: MIT
//
// The backend `seccomp`: a filter program that denies, with EPERM, the system calls that a sealed
// range would refuse under mseal.
//
// Input: sealed ranges. Output: classic BPF for seccomp(2). Pure: it installs nothing (seccomp.h).
//
// A filter sees the registers of a call and no memory. So it denies more than mseal does:
//  - every shmat with SHM_REMAP, and every advice by process_madvise that discards pages;
//  - advice that discards pages which may not be written, whether they belong to a file or not.
//
// The filter lets i386 system calls pass, some of which 64-bit code can make, because they reach no
// address above 4 GiB. So it cannot hold a range below 4 GiB. Calls of the x32 ABI have the same
// numbers except for one bit.
#pragma once

#include <linux/filter.h>

#include <cstddef>
#include <span>

#include "sealer/sealed_ranges.h"

#pragma GCC visibility push(hidden)

namespace signet {

inline constexpr size_t kMostFilterSteps = 4096;  // BPF_MAXINSNS
inline constexpr size_t kMostFilterRanges = 96;   // a filter of so many always fits

// Writes the filter for `ranges`, at most kMostFilterRanges, ascending and disjoint, and returns
// its number of steps. `code` has room for kMostFilterSteps. Cold: the default needs no filter.
[[gnu::cold]] size_t WriteFilter(std::span<const SealedRange> ranges, sock_filter* code);

}  // namespace signet

#pragma GCC visibility pop
