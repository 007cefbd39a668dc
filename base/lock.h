// SPDX-License-Identifier: MIT
//
// A recursive lock on a futex.
//
// The owner is known by its thread pointer and by its process (base/fork_generation.h). The child
// of a fork has only the thread that forked. If another thread had the lock, nobody in the child
// could release it: so the child's thread takes it over. The child of a vfork shares the memory
// with a process that has all its threads, so it waits like anybody else.
//
// Not for signal handlers, except for AcquireIfFree.
#pragma once

#include <atomic>
#include <cstdint>

#pragma GCC visibility push(hidden)

namespace signet {

class RecursiveLock {
 public:
  void Acquire() { (void)AcquireWithin(0); }
  // Waits for at most so many nanoseconds, less than a second; 0 means no limit. False if the time
  // was too short.
  [[nodiscard]] bool AcquireWithin(long nanoseconds);
  // Does not wait, and may be called in a signal handler. False if any thread has the lock, even
  // this one.
  [[nodiscard]] bool AcquireIfFree();
  void Release();
  bool IsMine() const;

  // For the thread that has forked, in the child: if it had the lock, it keeps it. Before this,
  // another thread of the child would take the lock over.
  void KeepInChild();

  // For the owner: how often it has acquired the lock. Work that was abandoned (abandon.h) did not
  // release what it had acquired, so the owner takes back to the depth from before, which is not 0.
  uint32_t depth() const { return depth_; }
  void ReleaseTo(uint32_t depth) { depth_ = depth; }

 private:
  void BecomeOwner();

  std::atomic<uint32_t> word_ = 0;   // the owner's process and, as the lowest bit, whether
                                     // somebody waits; 0 while free
  std::atomic<uint64_t> owner_ = 0;  // its thread pointer; 0 while free
  uint32_t depth_ = 0;               // how often the owner has acquired it
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
