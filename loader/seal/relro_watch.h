// SPDX-License-Identifier: MIT
//
// Seals the RELRO of a static program, which relocates itself, and closes that part by itself.
//
// Input: a program that is about to be entered, its RELRO in anonymous memory. Output: when the
// program has closed its RELRO, that is sealed, and the ledger says so.
//
// Syscall User Dispatch turns the program's system calls into SIGSYS. Those that C libraries make
// while they start are made for it, an mprotect of RELRO is followed by the seal, and that is the
// end of it. It is the end as well at the first call of any other kind, which then happens as if
// nobody had watched, and after kMostWatchedCalls. So no call that knows of signals, threads,
// processes or time is ever made from within the handler, and the program finds SIGSYS as it was.
//
// A C library that never closes RELRO (musl) has that done for it at the end, if it has relocated
// all that is in it: PT_GNU_RELRO says that nobody writes to it then. glibc, which still writes to
// it after that, is left to do so itself.
#pragma once

#include "loader/process.h"

#pragma GCC visibility push(hidden)

namespace signet {

// More than any C library makes before it closes RELRO; glibc 2.36 makes 13.
inline constexpr unsigned kMostWatchedCalls = 64;

// The last thing that happens before the program is entered: from now on only the loader's text
// makes system calls that are not seen. Where the kernel cannot watch, the ledger says so.
void WatchRelro(const Process& process);

}  // namespace signet

#pragma GCC visibility pop
