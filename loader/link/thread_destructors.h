// SPDX-License-Identifier: MIT
//
// __cxa_thread_atexit_impl, where dlclose unloads: a module with destructors of threads' objects
// pending is still in use. glibc counts them in its own modules; of Signet's it knows nothing.
//
// Input: what a module's code passes to __cxa_thread_atexit_impl. Output: the same given to libc's
// function, and counted in the module until it has run. References of native modules to libc's
// function are bound to this one (resolve.cc). What dlsym finds is libc's own. Takes no lock.
#pragma once

#include "elf/types.h"

#pragma GCC visibility push(hidden)

namespace signet {

inline constexpr char kThreadAtExit[] = "__cxa_thread_atexit_impl";

// The symbol that stands for it, with an absolute value. The loader lock is held.
const elf::Sym& ThreadAtExitSymbol();

}  // namespace signet

#pragma GCC visibility pop
