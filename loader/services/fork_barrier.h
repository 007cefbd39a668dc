// SPDX-License-Identifier: MIT
//
// What a fork in another thread must not find half done: the child would have the half for good,
// and nobody to finish it.
//
// While a ForkBarrier lives, other threads that fork wait: libc is asked to take its lock around
// each fork. No code of others may run meanwhile that waits for another thread, as constructors do;
// for those there is the loader lock, which a child takes over from threads that it does not have.
// libc may have to wait; while it is called, a fork waits for half a second at most. Not for vfork
// and the like, whose children only execute another program.
#pragma once

#include <atomic>

#include "base/lock.h"
#include "loader/process.h"

#pragma GCC visibility push(hidden)

namespace signet {

struct ForkState {
  RecursiveLock lock;
  bool libc_is_told = false;
  std::atomic<bool> in_libc = false;  // the thread with the lock is
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

// While this lives, the thread that has a ForkBarrier is in libc.
class InLibc {
 public:
  explicit InLibc(const Process& process);
  ~InLibc();
  InLibc(const InLibc&) = delete;
  InLibc& operator=(const InLibc&) = delete;

 private:
  ForkState& state_;
};

}  // namespace signet

#pragma GCC visibility pop
