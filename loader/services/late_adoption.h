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

#include <atomic>

#include "loader/process.h"

struct dl_phdr_info;
struct link_map;

#pragma GCC visibility push(hidden)

namespace signet {

// What the interpreter's dl_iterate_phdr tells, as of the last AdoptLateModules.
struct InterpreterCounts {
  unsigned long long adds = 0;
  unsigned long long subs = 0;
  bool has_rest = false;  // it has modules that are not in the table
};

struct LateModuleState {
  // The last module of the interpreter's list that is in the table, and so pinned: what is new
  // comes behind it. Null if it was not looked for yet, or is not to be found.
  std::atomic<const link_map*> last_known = nullptr;
  // What came behind it then: a late module that could not be adopted, or null.
  std::atomic<const link_map*> seen_behind = nullptr;
  InterpreterCounts counts;
};

// True of a module that the interpreter's dl_iterate_phdr shows and Signet does not know. Not of
// the stand-in program.
bool IsLateModule(const dl_phdr_info& info);

void AdoptLateModules(Process& process);

// True if there may be some. Takes no lock.
bool HasLateModules();

InterpreterCounts CountsOfInterpreter();

}  // namespace signet

#pragma GCC visibility pop
