// SPDX-License-Identifier: MIT
//
// Mappings at an address that the kernel chooses. The lowest of them is remembered, because the
// kernel usually puts the next one right below it: a module can be mapped there piece by piece,
// without a reservation of its whole span.
//
// Input: size, protection and flags as for mmap. Output: the kernel's answer. Safe in any context:
// what is remembered is a guess, and its user must expect it to be wrong.
#pragma once

#include "base/syscall.h"

#pragma GCC visibility push(hidden)

namespace signet {

// The address, or -errno. `hint` is an address to try first; 0: none.
long MapAnywhere(uint64_t size, int protection, int flags, int fd = -1, uint64_t hint = 0);

// The lowest address that was chosen so far; 0 before the first.
uint64_t LowestMapping();

// The next mapping is expected right below `address`.
void SetLowestMapping(uint64_t address);

// From now on LowestMapping() is 0: each module gets the place that the kernel chooses for its
// span.
void StopTrackingLowestMapping();

}  // namespace signet

#pragma GCC visibility pop
