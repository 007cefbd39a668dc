// SPDX-License-Identifier: MIT
//
// The guards: functions that stand in front of libc's functions of the same names, and first ask
// whether the call would change a seal (sealer/backend/guard_rules.h). The backend `guard` keeps
// its seals by means of them.
//
// Input: libc's functions. Output: symbols of the loader with the same names. The loader has them
// only if that backend is in force; otherwise everything is bound to libc. They are found like the
// loader's services: by native modules, by adopted modules when they are bound anew, by modules
// that libc opens by itself, and by dlsym. A name that this libc does not have stays undefined.
// Every name of a guarded function has a guard.
//
// posix_madvise needs no guard, because it does not discard pages in any known libc.
//
// Some calls do not pass the guards: those inside libc (free calls munmap), those of libc's
// function by an address that was computed, inline system calls, and those of programs that Signet
// does not link (static ones).
#pragma once

#include "loader/process.h"

#pragma GCC visibility push(hidden)

namespace signet {

// Before libc is up: gives the loader symbols for the guards. They are still undefined.
void PrepareGuards(Process& process);

// Once libc is up, before anything is bound: defines the guards of functions that libc has.
void DefineGuards(Process& process);

}  // namespace signet

#pragma GCC visibility pop
