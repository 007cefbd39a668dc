// SPDX-License-Identifier: MIT
//
// Executable stacks, for modules that demand them: by PT_GNU_STACK, or by having none, which on
// x86-64 means the same to ld.so. Signet does what the running libc would do.
//
// At the start, Signet makes the first thread's stack executable, and the stand-in program demands
// the other threads' of libc. At a dlopen, libc decides: it is asked to open a file that consists
// of such a demand. Since 2.41 glibc refuses. Before, it would make the stacks of all threads
// executable, but it cannot, because it needs to change a variable in its RELRO, which is sealed.
// So Signet does it in its place, with glibc's lists of threads. If they were not found, the dlopen
// fails. musl's loader knows no such demands.
//
// Input: modules. Output: stacks, or an error that is reported. Under the loader lock.
#pragma once

#include "loader/process.h"

#pragma GCC visibility push(hidden)

namespace signet {

// Bits for the operating system in the p_flags of the stand-in program's PT_GNU_STACK. glibc keeps
// the flags as they are: by these they are found.
inline constexpr uint32_t kStackMark = 0x05a00000;

// At the start, once libc is adopted.
void AllowExecutableStack(Process& process);

// For modules that a dlopen brings. This is not undone, if the dlopen fails.
void AllowExecutableStacks(Process& process, std::span<Module* const> modules);

}  // namespace signet

#pragma GCC visibility pop
