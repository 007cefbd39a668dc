// SPDX-License-Identifier: MIT
#include "base/lock.h"

#include <bit>
#include <cerrno>

#include "base/fork_generation.h"
#include "base/syscall.h"
#include "base/thread_pointer.h"

namespace signet {
namespace {

constexpr uint32_t kWaited = 1;

// The owner's part of the word.
uint32_t ThisProcess() { return ForkGeneration() << 1; }

// Changes the word from `seen` to `wanted`. If the word is not `seen`, returns false, and `seen`
// becomes what the word is.
bool Change(std::atomic<uint32_t>& word, uint32_t& seen, uint32_t wanted) {
  return word.compare_exchange_strong(seen, wanted, std::memory_order_acquire,
                                      std::memory_order_relaxed);
}

// The kernel's view of the word.
const uint32_t* Futex(const std::atomic<uint32_t>& word) {
  static_assert(sizeof word == sizeof(uint32_t) && std::atomic<uint32_t>::is_always_lock_free);
  return std::bit_cast<const uint32_t*>(&word);
}

}  // namespace

bool RecursiveLock::IsMine() const {
  return owner_.load(std::memory_order_relaxed) == ThreadPointer();
}

bool RecursiveLock::AcquireWithin(long nanoseconds) {
  if (IsMine()) {
    ++depth_;
    return true;
  }
  const uint32_t process = ThisProcess();
  uint32_t wanted = process;
  for (;;) {
    uint32_t seen = 0;
    if (Change(word_, seen, wanted)) break;
    if ((seen & ~kWaited) != process) {  // the owner is a thread that this process does not have
      if (Change(word_, seen, wanted | kWaited)) break;
      continue;
    }
    if ((seen & kWaited) == 0 && !Change(word_, seen, seen | kWaited)) continue;
    if (sys::FutexWait(Futex(word_), process | kWaited, nanoseconds) == -ETIMEDOUT) return false;
    wanted = process | kWaited;  // others may wait, too
  }
  BecomeOwner();
  return true;
}

bool RecursiveLock::AcquireIfFree() {
  uint32_t seen = 0;
  if (IsMine() || !Change(word_, seen, ThisProcess())) return false;
  BecomeOwner();
  return true;
}

void RecursiveLock::KeepInChild() {
  if (!IsMine()) return;
  const uint32_t process = ThisProcess();
  uint32_t seen = word_.load(std::memory_order_relaxed);
  while ((seen & ~kWaited) != process && !Change(word_, seen, process)) {
  }
}

void RecursiveLock::BecomeOwner() {
  owner_.store(ThreadPointer(), std::memory_order_relaxed);
  depth_ = 1;
}

void RecursiveLock::Release() {
  if (--depth_ != 0) return;
  owner_.store(0, std::memory_order_relaxed);
  if ((word_.exchange(0, std::memory_order_release) & kWaited) != 0) sys::FutexWake(Futex(word_));
}

}  // namespace signet
