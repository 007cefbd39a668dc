// SPDX-License-Identifier: MIT
//
// How large the pages are that a call is about. The kernel rounds up sizes to whole huge pages, so
// a request of 4 KiB may replace 2 MiB or 1 GiB.
//
// Input: what a call says. Output: the size of the pages, asked of the kernel: no flag shows that a
// file or an existing mapping consists of huge pages. If the kernel cannot be asked, the answer is
// the largest size. Changes no memory, sets no errno, and is safe in any thread and in signal
// handlers.
#pragma once

#include <cstdint>

#pragma GCC visibility push(hidden)

namespace signet {

inline constexpr uint64_t kHugePage = uint64_t{1} << 21;
inline constexpr uint64_t kLargestPage = uint64_t{1} << 30;

// Of a mapping that mmap would make.
uint64_t PageSizeOfRequest(long flags, long fd);

// Of the mapping that holds `address`.
uint64_t PageSizeAt(uint64_t address);

}  // namespace signet

#pragma GCC visibility pop
