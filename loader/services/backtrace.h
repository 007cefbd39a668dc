// SPDX-License-Identifier: MIT
//
// backtrace_symbols: addresses as text. libc has such functions, too. But they use libc's own list
// of modules, and the program and its libraries are not in it.
//
// Input: addresses. Output: for each of them "FILE(SYMBOL+0xOFFSET) [0xADDRESS]", as glibc writes
// it. Thread-safe.
#pragma once

#pragma GCC visibility push(hidden)

namespace signet {

// One block of the program's malloc, to be freed by the caller; null if there is no memory.
char** BacktraceSymbols(void* const* addresses, int count);

// The same, line by line, to a file descriptor. Allocates nothing.
void WriteBacktraceSymbols(void* const* addresses, int count, int fd);

}  // namespace signet

#pragma GCC visibility pop
