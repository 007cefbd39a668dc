// SPDX-License-Identifier: MIT
//
// Modules that libc opens by itself: NSS and gconv modules, the unwinder for thread cancellation.
//
// Nothing tells Signet when that happens, so each call into the loader that takes the lock, and
// dl_iterate_phdr, asks first: whether the interpreter's list of modules, as debuggers see it, goes
// on behind the last one that is known. That takes no lock, least of all one of the interpreter's,
// which the child of a fork may find taken. What is new is adopted: pinned, so that the interpreter
// never unmaps it; bound anew, since the interpreter did not see what the program and its libraries
// define; its RELRO made anonymous; sealed; and entered into the module table, the ledger and the
// debuggers' list.
//
// It relies on _r_debug and struct link_map, on dl_iterate_phdr, on dlopen with RTLD_NOLOAD |
// RTLD_NODELETE (which also waits until another thread's loading is done), and on nothing private
// to a libc.
//
// Input: the process. Output: the same, complete. Where there is no memory, a module stays a stray
// until the next call. The loader lock is held.
#pragma once

#include "loader/process.h"

struct dl_phdr_info;

#pragma GCC visibility push(hidden)

namespace signet {

// True of a module that the interpreter's dl_iterate_phdr shows and Signet does not know. Not of
// the stand-in program.
bool IsLateModule(const dl_phdr_info& info);

void AdoptLateModules(Process& process);

// True if there may be some. Takes no lock.
bool HasLateModules();

// What the interpreter's dl_iterate_phdr tells, as of the last AdoptLateModules.
struct InterpreterCounts {
  unsigned long long adds;
  unsigned long long subs;
  bool has_rest;  // it has modules that are not in the table
};
InterpreterCounts CountsOfInterpreter();

}  // namespace signet

#pragma GCC visibility pop
