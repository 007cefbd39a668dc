// SPDX-License-Identifier: MIT
#include "loader/tls/thread_lists.h"

#include <atomic>

#include "base/syscall.h"
#include "base/thread_pointer.h"
#include "loader/load/libc_functions.h"

namespace signet {
namespace {

// What glibc's lock reads.
enum : uint32_t { kFree, kHeld, kHeldAndWaitedFor };

bool IsEmpty(const ListLink& list) { return list.next == &list && list.previous == &list; }

// Before the first thread is made: no stack is in use by a thread of libc's making, none is cached,
// and the first thread, which is the only one, is in the list between.
bool AreLists(const ThreadLists& lists) {
  return IsEmpty(lists.used) && IsEmpty(lists.cache) && lists.user.next != nullptr &&
         lists.user.next == lists.user.previous && lists.user.next != &lists.user &&
         lists.cached_bytes == 0 && lists.in_flight == 0 && lists.lock == kFree;
}

}  // namespace

void FindThreadLists(Process& process) {
  size_t count = 0;
  ForEachVariable<ThreadLists>(process, [&](ThreadLists& lists) {
    if (!AreLists(lists)) return;
    ++count;
    process.libc.thread_lists = &lists;
    process.libc.thread_link = std::bit_cast<uint64_t>(lists.user.next) - ThreadPointer();
  });
  if (count != 1) process.libc.thread_lists = nullptr;
}

ThreadListsHeld::ThreadListsHeld(ThreadLists& lists) : lock_(lists.lock) {
  const std::atomic_ref lock(lock_);
  uint32_t seen = kFree;
  if (lock.compare_exchange_strong(seen, kHeld)) return;
  while (lock.exchange(kHeldAndWaitedFor) != kFree) sys::FutexWait(&lock_, kHeldAndWaitedFor);
}

ThreadListsHeld::~ThreadListsHeld() {
  if (std::atomic_ref(lock_).exchange(kFree) == kHeldAndWaitedFor) sys::FutexWake(&lock_);
}

}  // namespace signet
