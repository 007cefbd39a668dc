// SPDX-License-Identifier: MIT
//
// Changes to the loader's data that a fork in another thread must not find half done: in the child
// they would stay half done for good, because the thread that makes them is not there.
//
// While a ForkBarrier lives, other threads that fork wait: libc is asked to take the barrier's lock
// around each fork. So code that may wait for another thread, such as a constructor, must not run
// meanwhile. It runs under the loader lock only: a child can take that over (base/lock.h). libc,
// too, may wait for a thread that forks: while it is called (InLibc), a fork waits for half a
// second at most. It does not stop vfork and the like, whose children only execute another program.
//
// Input: the process. Output: a lock that libc's fork respects. Thread-safe; not for signal
// handlers.
#pragma once

#include <atomic>

#include "base/lock.h"
#include "loader/process.h"

#pragma GCC visibility push(hidden)

namespace signet {

struct ForkState {
  RecursiveLock lock;
  bool libc_is_told = false;
  std::atomic<bool> in_libc = false;  // the thread that has the lock is in libc
};

class ForkBarrier {
 public:
  explicit ForkBarrier(const Process& process);
  ~ForkBarrier();
  ForkBarrier(const ForkBarrier&) = delete;
  ForkBarrier& operator=(const ForkBarrier&) = delete;

 private:
  ForkState& state_;
};

// While this lives, the thread that has a ForkBarrier calls libc.
class InLibc {
 public:
  explicit InLibc(const Process& process);
  ~InLibc();
  InLibc(const InLibc&) = delete;
  InLibc& operator=(const InLibc&) = delete;

 private:
  ForkState& state_;
};

// RunAbandonable for a thread that holds the loader lock and a ForkBarrier: what abandoned work
// held of both locks is given back, such as those of a dlsym that an IFUNC resolver called.
[[nodiscard]] const char* RunAbandonableUnderLocks(const Process& process, void (*body)(void*),
                                                   void* argument);

template <typename Body>
[[nodiscard]] const char* RunAbandonableUnderLocks(const Process& process, Body body) {
  return RunAbandonableUnderLocks(
      process, [](void* argument) { (*static_cast<Body*>(argument))(); }, &body);
}

}  // namespace signet

#pragma GCC visibility pop
