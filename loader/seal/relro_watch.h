// SPDX-License-Identifier: MIT
//
// Seals the RELRO of a static program. Such a program relocates itself, and closes its RELRO
// itself: it can be sealed only after that.
//
// Input: a program that is about to be entered, with its RELRO in anonymous memory. Output: once
// the program has closed its RELRO, it is sealed, and the ledger says so. Only for the first
// thread, before there is another.
//
// Syscall User Dispatch turns the program's system calls into SIGSYS. The handler makes those calls
// that C libraries make while they start. When it has made an mprotect of RELRO, it seals RELRO,
// and the watch ends. The watch also ends at the first call of any other kind, which the program
// then makes itself, and after kMostWatchedCalls. So the handler never makes a call about signals,
// threads, processes or time, and the program finds SIGSYS as it was.
//
// musl never closes RELRO. So Signet closes it when the watch ends, if the program has relocated
// all of it. PT_GNU_RELRO says that the program does not write to it after that. glibc closes RELRO
// itself, and may write to it before that, so Signet closes nothing for glibc.
#pragma once

#include "loader/process.h"

#pragma GCC visibility push(hidden)

namespace signet {

// More than any C library makes before it closes RELRO; glibc 2.36 makes 13.
inline constexpr unsigned kMostWatchedCalls = 64;

// The last step before the program is entered. From now on, every system call is seen, except those
// from the loader's text. If the kernel cannot watch, the ledger says so.
void WatchRelro(const Process& process);

}  // namespace signet

#pragma GCC visibility pop
