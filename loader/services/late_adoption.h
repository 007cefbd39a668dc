// SPDX-License-Identifier: MIT
//
// Late modules: modules that libc opens by itself, such as NSS and gconv modules, and the unwinder
// for thread cancellation.
//
// Nothing tells Signet when that happens. So each call into the loader (but __tls_get_addr, which
// may not be slow, and dlerror) looks first whether the interpreter's list of modules (the one that
// debuggers read) goes on behind the last module that is known. This look takes no lock. A lock of
// the interpreter would be the worst choice, because in the child of a fork it may never be
// released.
//
// A module that is new is adopted:
//  - it is pinned, so that the interpreter never unmaps it;
//  - it is bound anew, because the interpreter did not see what the program and its libraries
//    define;
//  - its RELRO is made anonymous, and it is sealed;
//  - it is entered into the module table, the ledger and the debuggers' list.
//
// This relies on _r_debug and struct link_map, on dl_iterate_phdr, and on dlopen with RTLD_NOLOAD |
// RTLD_NODELETE, which also waits until another thread has loaded the module. It relies on nothing
// that is private to a libc, except where the caller must not wait: see libc/load_lock.h.
//
// A module that cannot be adopted is left as libc has it. The ledger says so, and --require ends
// the process. It is tried again when libc's list changes.
//
// Input: the interpreter's list. Output: a process in which every module is known. The loader lock
// is held.
#pragma once

#include <atomic>

#include "loader/process.h"

struct link_map;

#pragma GCC visibility push(hidden)

namespace signet {

// What the interpreter's dl_iterate_phdr said when AdoptLateModules ran last.
struct InterpreterCounts {
  unsigned long long adds = 0;
  unsigned long long subs = 0;
  bool has_rest = false;  // it has modules that are not in the table
};

struct LateModuleState {
  // The last module of the interpreter's list that is in the module table. It is pinned, so modules
  // that are new come behind it. Null before the first look, or if there is none.
  std::atomic<const link_map*> last_known = nullptr;
  // The module behind it at that time, which could not be adopted; or null.
  std::atomic<const link_map*> seen_behind = nullptr;
  InterpreterCounts counts;
};

void AdoptLateModules(Process& process);

// The same for a caller that must not wait, and that may be a signal handler: unwinders call
// _dl_find_object and dl_iterate_phdr. If another thread holds the loader lock, that thread adopts
// before it lets go of it (AdoptingLock). Adoption calls libc's dlopen and takes some stack, so the
// next call adopts if another thread is in libc's dlopen now, or if this thread is, or is on an
// alternate signal stack.
void AdoptLateModulesIfFree(Process& process);

// True if there may be late modules. Takes no lock.
bool HasLateModules();

// Holds the loader lock. Late modules are adopted when it is taken and again before it is let go,
// so that nobody has to wait for the lock only to adopt.
class AdoptingLock {
 public:
  explicit AdoptingLock(Process& process);
  ~AdoptingLock();
  AdoptingLock(const AdoptingLock&) = delete;
  AdoptingLock& operator=(const AdoptingLock&) = delete;

 private:
  Process& process_;
};

InterpreterCounts CountsOfInterpreter();

}  // namespace signet

#pragma GCC visibility pop
