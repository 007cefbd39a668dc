// SPDX-License-Identifier: MIT
//
// Memory of threads that a leak checker must know: LeakSanitizer looks for pointers in stacks,
// variables and static TLS, and in what its own allocator gave. The loader's blocks of dynamic TLS
// are none of these.
//
// Input: mappings. Output: they are registered with LeakSanitizer (<sanitizer/lsan_interface.h>) if
// it is in the process from the start. Otherwise nothing. Thread-safe.
#pragma once

#include "loader/process.h"

#pragma GCC visibility push(hidden)

namespace signet {

// Once, at the start, when all modules are decoded.
void FindRootRegions(Process& process);

void RegisterRootRegion(uint64_t start, uint64_t size);
// The same range, before it is unmapped.
void UnregisterRootRegion(uint64_t start, uint64_t size);

}  // namespace signet

#pragma GCC visibility pop
