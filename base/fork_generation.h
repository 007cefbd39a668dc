// SPDX-License-Identifier: MIT
//
// Which process this is, among a process and the children that fork made of it, and their children.
// A process id does not tell: it repeats in other pid namespaces, and the child of a vfork has one
// of its own although it shares the memory. So this is a number that the kernel itself changes with
// the memory: it is on a page that is wiped in the child of a fork (MADV_WIPEONFORK).
//
// Input: nothing. Output: a number, and one page of memory. Thread-safe, also in signal handlers.
#pragma once

#include <cstdint>

#pragma GCC visibility push(hidden)

namespace signet {

// Never 0, and at most `kMostForkGeneration`. The child of a fork gets another number than all the
// processes that it descends from. If the kernel wipes no pages (before Linux 4.14, or under an
// emulator), or if there is no memory at the first call, this is the process id.
uint32_t ForkGeneration();

constexpr uint32_t kMostForkGeneration = UINT32_MAX >> 1;

}  // namespace signet

#pragma GCC visibility pop
