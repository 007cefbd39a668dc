// SPDX-License-Identifier: MIT
//
// A recursive lock on a futex. Its owner is known by the thread pointer, and by the process: in the
// child of a fork nobody but the thread that forked is left to release it, so the child takes it
// over from any other.
//
// Not for signal handlers, but where it says so.
#pragma once

#include <cstdint>

#pragma GCC visibility push(hidden)

namespace signet {

class RecursiveLock {
 public:
  void Acquire() { (void)AcquireWithin(0); }
  // False if others keep it longer than so many nanoseconds, if they are not 0; less than a second.
  [[nodiscard]] bool AcquireWithin(long nanoseconds);
  // Does not wait, and may be called in a signal handler. False if anybody has it, this thread too.
  [[nodiscard]] bool AcquireIfFree();
  void Release();
  bool IsMine() const;

 private:
  uint32_t word_ = 0;   // the owner's process id, and whether somebody waits; 0 while free
  uint64_t owner_ = 0;  // its thread pointer; 0 while free
  uint32_t depth_ = 0;
};

class LockHolder {
 public:
  explicit LockHolder(RecursiveLock& lock) : lock_(lock) { lock_.Acquire(); }
  ~LockHolder() { lock_.Release(); }
  LockHolder(const LockHolder&) = delete;
  LockHolder& operator=(const LockHolder&) = delete;

 private:
  RecursiveLock& lock_;
};

}  // namespace signet

#pragma GCC visibility pop
