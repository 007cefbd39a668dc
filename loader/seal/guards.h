// SPDX-License-Identifier: MIT
//
// The guards: functions that stand in front of libc's own of the same names and ask sealer/guard.h
// first. They are what gives the backend `guard` its hold.
//
// They are symbols of the loader, which count only where that backend is in force; elsewhere the
// loader has no such symbols, and all is bound to libc as ever. Once in force they are found like
// the loader's services: by native modules, by adopted ones when they are bound anew, by what libc
// opens by itself, and by dlsym. A name that this libc lacks stays undefined.
//
// posix_madvise needs no guard: no libc that is known throws pages away by it.
//
// What libc calls inside itself (munmap from free), inline system calls and programs that were not
// linked by Signet (static ones) do not come by here.
#pragma once

#include "loader/process.h"

#pragma GCC visibility push(hidden)

namespace signet {

// Before libc is up: makes room for the guards among the loader's symbols, still undefined.
void PrepareGuards(Process& process);

// Once libc is up, before anything is bound: defines those that libc has as well.
void DefineGuards(Process& process);

}  // namespace signet

#pragma GCC visibility pop
