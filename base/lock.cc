// SPDX-License-Identifier: MIT
#include "base/lock.h"

#include <cerrno>

#include "base/syscall.h"
#include "base/thread_pointer.h"

namespace signet {
namespace {

constexpr uint32_t kWaited = 1;

bool Change(uint32_t& word, uint32_t& seen, uint32_t wanted) {
  return __atomic_compare_exchange_n(&word, &seen, wanted, false, __ATOMIC_ACQUIRE,
                                     __ATOMIC_RELAXED);
}

}  // namespace

bool RecursiveLock::IsMine() const {
  return __atomic_load_n(&owner_, __ATOMIC_RELAXED) == ThreadPointer();
}

bool RecursiveLock::AcquireWithin(long nanoseconds) {
  if (IsMine()) {
    ++depth_;
    return true;
  }
  const uint32_t process = static_cast<uint32_t>(sys::GetPid()) << 1;
  uint32_t wanted = process;
  for (;;) {
    uint32_t seen = 0;
    if (Change(word_, seen, wanted)) break;
    if ((seen & ~kWaited) != process) {  // a thread that is not in this process
      if (Change(word_, seen, wanted | kWaited)) break;
      continue;
    }
    if ((seen & kWaited) == 0 && !Change(word_, seen, seen | kWaited)) continue;
    if (sys::FutexWait(&word_, process | kWaited, nanoseconds) == -ETIMEDOUT) return false;
    wanted = process | kWaited;  // there may be others
  }
  __atomic_store_n(&owner_, ThreadPointer(), __ATOMIC_RELAXED);
  depth_ = 1;
  return true;
}

bool RecursiveLock::AcquireIfFree() {
  uint32_t seen = 0;
  if (IsMine() || !Change(word_, seen, static_cast<uint32_t>(sys::GetPid()) << 1)) return false;
  __atomic_store_n(&owner_, ThreadPointer(), __ATOMIC_RELAXED);
  depth_ = 1;
  return true;
}

void RecursiveLock::Release() {
  if (--depth_ != 0) return;
  __atomic_store_n(&owner_, uint64_t{0}, __ATOMIC_RELAXED);
  if ((__atomic_exchange_n(&word_, 0u, __ATOMIC_RELEASE) & kWaited) != 0) sys::FutexWake(&word_);
}

}  // namespace signet
