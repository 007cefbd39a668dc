// SPDX-License-Identifier: MIT
//
// The backend `seccomp`: a filter program that denies, with EPERM, the system calls that a sealed
// range would refuse under mseal.
//
// Input: sealed ranges. Output: classic BPF for seccomp(2). Pure: it installs nothing (seccomp.h).
//
// A filter sees the registers of a call and no memory. So it denies more than mseal does:
//  - every shmat with SHM_REMAP, and every advice by process_madvise that discards pages;
//  - advice that discards pages which may not be written, whether they belong to a file or not;
//  - every move of the break by prctl(PR_SET_MM), and files of huge pages by memfd_create;
//  - mmap and mremap to a place so that, if it is about huge pages, the last of them would reach
//    a sealed range.
// It does not see that a file has huge pages if the program gets it in another way.
//
// 64-bit code can make i386 system calls. Their addresses and sizes are below 4 GiB, so their
// ranges end below 8 GiB, and the filter cannot hold a range there. Only two of them are denied:
// those that prepare what a 64-bit call then does. Calls of the x32 ABI have the same numbers
// except for one bit.
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
