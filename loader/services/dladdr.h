// SPDX-License-Identifier: MIT
//
// What an address belongs to (dladdr), and what a handle stands for (dlinfo), as in glibc.
//
// Input: the table of modules. Output: the caller's structures. Nothing is loaded or changed.
#pragma once

#include <dlfcn.h>

#pragma GCC visibility push(hidden)

namespace signet {

// The module that holds `address`. Of its exported symbols, the nearest one at or below the address
// that extends to it. 0 if no module holds it; `info` is not changed then. Takes no lock, allocates
// nothing, and may run in signal handlers.
int DlAddr(const void* address, Dl_info* info);

// The same. `*extra` becomes the symbol (RTLD_DL_SYMENT; null if there is none) or the link map
// (RTLD_DL_LINKMAP). With any other `flags`, `extra` is not used.
int DlAddr1(const void* address, Dl_info* info, void** extra, int flags);

// An RTLD_DI_* request about the module of a handle. Returns 0, or the number of program headers
// for RTLD_DI_PHDR. If there is an error, returns -1 and sets `error` to the reason. Takes no lock.
int DlInfo(const void* handle, int request, void* out, const char*& error);

}  // namespace signet

#pragma GCC visibility pop
