// SPDX-License-Identifier: MIT
//
// What the loader keeps for each thread, in static TLS that Signet lays out for itself: zero in a
// new thread.
//
// Input: LayoutStaticTls has set the offset. Output: this thread's state. No lock: a thread touches
// its own only. A signal handler may interrupt any of it.
#pragma once

#include "loader/tls.h"

#pragma GCC visibility push(hidden)

namespace signet {

struct TlsBlocks;

struct ThreadState {
  TlsBlocks* blocks;    // dynamic TLS of this thread; null until some is touched (tls_dynamic.h)
  char* error;          // what dlerror tells next, or told last; null if there never was an error
  bool error_is_fresh;  // not told yet
};

// Bytes below the thread pointer; 0 before LayoutStaticTls.
extern constinit uint64_t thread_state_offset;

inline ThreadState& CurrentThread() {
  return *std::bit_cast<ThreadState*>(ThreadPointer() - thread_state_offset);
}

}  // namespace signet

#pragma GCC visibility pop
