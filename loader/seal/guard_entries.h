// SPDX-License-Identifier: MIT
//
// The functions that programs are bound to in place of libc's, and libc's own, to which they pass
// on what they need not refuse, so that errno and all else is as ever.
#pragma once

#include <cstddef>
#include <cstdint>
#include <string_view>

#pragma GCC visibility push(hidden)

namespace signet {

enum Guard : unsigned {
  kGuardMprotect,
  kGuardPkeyMprotect,
  kGuardMunmap,
  kGuardMremap,
  kGuardMmap,
  kGuardMmap64,
  kGuardMadvise,
  kGuardProcessMadvise,
  kGuardRemapFilePages,
  kGuardShmat,
  kGuardShmdt,
  kGuardBrk,
  kGuardSbrk,
  kGuardSyscall,
  kGuardCount
};

std::string_view GuardName(Guard guard);
uint64_t GuardAddress(Guard guard);

// Addresses of libc's functions, by Guard; 0 where it lacks one, which then has no guard.
extern constinit uint64_t guarded[kGuardCount];

}  // namespace signet

#pragma GCC visibility pop
