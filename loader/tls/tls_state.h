// SPDX-License-Identifier: MIT
//
// What the loader remembers of thread-local storage, and of the ends of threads, once threads run.
//
// Input: none. Output: state for the files of this folder, and for link/thread_destructors.h. It
// has no functions. Readers take no lock and may be signal handlers; writers hold the loader lock,
// unless a member says otherwise.
#pragma once

#include <atomic>

#include "loader/process.h"

#pragma GCC visibility push(hidden)

namespace signet {

struct TlsTable;  // dynamic_tls.cc

// libc's __cxa_thread_atexit_impl.
using ThreadDestructor = void (*)(void* object);
using ThreadAtExitFunction = int (*)(ThreadDestructor destructor, void* object, void* dso);

enum KeyState : uint32_t { kNoKey, kMakingKey, kKey, kImpossible };

// The pthread key whose destructor libc calls when a thread ends. Any thread may be the one that
// makes it.
struct ThreadKey {
  std::atomic<uint32_t> state;
  unsigned key;
  int (*set)(unsigned key, const void* value);
};

// Memory of threads that have ended, for threads to come (thread_state.cc).
constexpr size_t kSpareChunks = 8;

struct TlsState {
  std::atomic<TlsTable*> table;  // modules by the index in their TLS module id
  uint64_t slot_count;           // used in the table
  uint64_t free_from;            // no index below this one is free
  ThreadKey end_key;
  std::atomic<uint64_t> spare_chunks[kSpareChunks];       // addresses; 0: none. Any thread
  std::atomic<ThreadAtExitFunction> libc_thread_at_exit;  // null until any thread has looked it up
};

}  // namespace signet

#pragma GCC visibility pop
