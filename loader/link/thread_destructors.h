// SPDX-License-Identifier: MIT
//
// __cxa_thread_atexit_impl, for the case that dlclose unloads. A module is still in use while
// objects of threads wait for destructors in it. glibc counts such objects for its own modules, but
// does not know Signet's.
//
// Input: what a module's code passes to __cxa_thread_atexit_impl. Output: the same, passed on to
// libc's function, and counted in the module until the destructor has run. References of native
// modules to libc's function are bound to this one (interposition.h). It takes no lock.
#pragma once

#include "elf/types.h"

#pragma GCC visibility push(hidden)

namespace signet {

inline constexpr char kThreadAtExit[] = "__cxa_thread_atexit_impl";

// A symbol in the arena that stands for it, with an absolute value.
const elf::Sym* NewThreadAtExitSymbol();

}  // namespace signet

#pragma GCC visibility pop
