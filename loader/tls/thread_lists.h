// SPDX-License-Identifier: MIT
//
// libc's threads. glibc keeps them in lists for its interpreter, which initialises static TLS of
// modules that come by dlopen, and makes stacks executable. Signet does both in its place. The
// lists are private to glibc. So they are found by what they look like before the first thread is
// made. musl has no such lists.
//
// Input: the interpreter's variables. Output: process.libc.thread_lists, and thread pointers.
#pragma once

#include "loader/process.h"

#pragma GCC visibility push(hidden)

namespace signet {

struct ListLink {
  ListLink* next;
  ListLink* previous;
};

// As glibc has them next to each other, since 2.34. Each thread has a link in its thread
// descriptor, to which its thread pointer points.
struct ThreadLists {
  ListLink used;
  ListLink user;   // with stacks that are not of libc's making, as the first thread
  ListLink cache;  // stacks of threads that have ended
  uint64_t cached_bytes;
  uint64_t in_flight;
  uint32_t lock;
};

// At the start, before the first thread is made: sets process.libc.thread_lists.
void FindThreadLists(Process& process);

// Holds glibc's lock of its lists: no thread comes into them, and none that is in them ends. It
// waits for the lock as glibc does.
class ThreadListsHeld {
 public:
  explicit ThreadListsHeld(ThreadLists& lists);
  ~ThreadListsHeld();
  ThreadListsHeld(const ThreadListsHeld&) = delete;
  ThreadListsHeld& operator=(const ThreadListsHeld&) = delete;

 private:
  uint32_t& lock_;
};

// Calls visit(thread pointer) for each thread of a list. The lists are held.
template <typename Visit>
void ForEachThread(const Process& process, const ListLink& list, Visit visit) {
  for (const ListLink* link = list.next; link != &list; link = link->next)
    visit(std::bit_cast<uint64_t>(std::bit_cast<const char*>(link) - process.libc.thread_link));
}

}  // namespace signet

#pragma GCC visibility pop
