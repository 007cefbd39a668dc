// SPDX-License-Identifier: MIT
//
// backtrace_symbols: addresses as text. libc has functions for it, too; but they ask libc's own
// list of modules, which the program and its libraries are not in.
//
// Input: addresses. Output: for each "FILE(SYMBOL+0xOFFSET) [0xADDRESS]", as glibc words it.
#pragma once

#pragma GCC visibility push(hidden)

namespace signet {

// One block of the program's malloc, to be freed by the caller; null if there is no memory.
char** BacktraceSymbols(void* const* addresses, int count);

// The same, line by line, to a file descriptor. Allocates nothing.
void WriteBacktraceSymbols(void* const* addresses, int count, int fd);

}  // namespace signet

#pragma GCC visibility pop
