// SPDX-License-Identifier: MIT
//
// The functions that programs are bound to in place of libc's.
//
// Input: calls of the program. Output: a call that would change a seal is refused; every other call
// is passed on to libc's own function, so that errno and everything else are as usual. Thread-safe,
// and safe in signal handlers where libc's function is.
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
  kGuardPrctl,
  kGuardSyscall,
  // Other names of the same functions, for glibc's own libraries.
  kGuardPrivateMprotect,
  kGuardPrivateMunmap,
  kGuardPrivateMmap,
  kGuardPrivateMadvise,
  kGuardPrivateSbrk,
  kGuardCount
};

std::string_view GuardName(Guard guard);
uint64_t GuardAddress(Guard guard);

// Addresses of libc's functions, by Guard; 0 if libc does not have the function; then there is no
// guard either. Written by DefineGuards, before anything is bound to a guard.
extern constinit uint64_t guarded[kGuardCount];

}  // namespace signet

#pragma GCC visibility pop
