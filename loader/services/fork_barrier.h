// SPDX-License-Identifier: MIT
//
// What a fork in another thread must not find half done: the child would have the half for good,
// and nobody to finish it.
//
// While a ForkGuard lives, other threads that fork wait: libc is asked to take its lock around each
// fork. No code of others may run meanwhile that waits for another thread, as constructors do; for
// those there is the loader lock, which a child takes over from threads that it does not have. libc
// may have to wait; while it is called, a fork waits for half a second at most. Not for vfork and
// the like, whose children only execute another program.
#pragma once

#include "base/lock.h"
#include "loader/process.h"

#pragma GCC visibility push(hidden)

namespace signet {

class ForkGuard {
 public:
  explicit ForkGuard(const Process& process);
  ~ForkGuard();
  ForkGuard(const ForkGuard&) = delete;
  ForkGuard& operator=(const ForkGuard&) = delete;
};

// While this lives, the thread that has a ForkGuard is in libc.
class LibcCall {
 public:
  LibcCall();
  ~LibcCall();
  LibcCall(const LibcCall&) = delete;
  LibcCall& operator=(const LibcCall&) = delete;
};

}  // namespace signet

#pragma GCC visibility pop
