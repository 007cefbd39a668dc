// SPDX-License-Identifier: MIT
//
// What the loader keeps for each thread, in static TLS that Signet lays out for itself (zero in a
// new thread), and memory of the thread's own.
//
// Input: LayoutStaticTls has set the offset. Output: this thread's state. No lock: a thread touches
// its own only. A signal handler may interrupt any of it: what changes it blocks signals first.
//
// The memory comes in mappings, not from libc's malloc, which may be what asks for it. When the
// thread ends, all of it is given back: libc's pthread keys tell. Without libc nobody does.
#pragma once

#include "base/signals.h"
#include "loader/tls/static_tls.h"

#pragma GCC visibility push(hidden)

namespace signet {

// A mapping of this thread's.
struct ThreadMapping {
  ThreadMapping* older;
  uint64_t start;  // 0 once it is unmapped
  uint64_t size;
};

// This thread's block of a module with dynamic TLS. tlsdesc.S knows it.
struct TlsBlock {
  uint64_t id;             // TLS module id, generation included; 0 if there is no block
  uint64_t address;        // of the first byte of the module's TLS image
  uint64_t capacity;       // bytes from there on; 0 if it is static TLS
  ThreadMapping* mapping;  // of its own, or null
};

// tlsdesc.S knows the first two.
struct ThreadState {
  TlsBlock* blocks;      // dynamic TLS, by the index in the TLS module id (tls_dynamic.h)
  uint64_t block_count;  // read before `blocks`, written behind it

  char* error;            // what dlerror tells next, or told last; null if there never was an error
  size_t error_capacity;  // bytes
  bool error_is_fresh;    // not told yet

  bool end_is_told;         // libc will say when the thread ends
  uint8_t end_round;        // so often it has said so
  ThreadMapping* mappings;  // the newest
  uint64_t next;            // free bytes of the newest chunk
  uint64_t limit;
};

// Bytes below the thread pointer; 0 before LayoutStaticTls. tlsdesc.S reads it.
extern constinit uint64_t thread_state_offset asm("signet_thread_state_offset");

inline ThreadState& CurrentThread() {
  return *std::bit_cast<ThreadState*>(ThreadPointer() - thread_state_offset);
}

// Zeroed memory that lives as long as the thread; null if there is none left. `mapping` becomes the
// mapping that holds nothing else, or null. Signals are blocked.
void* ThreadBytes(ThreadState& state, size_t size, size_t align, ThreadMapping** mapping = nullptr);

// Gives such a mapping back early.
void Unmap(ThreadMapping& mapping);

// Room for this thread's error text: sets and returns CurrentThread().error. The next call may give
// other room, with nothing of the old text. Null if there is no memory left.
char* ThreadErrorBuffer(size_t size);

// Makes sure that libc tells the thread's end. Calls libc, which may allocate.
void WatchThreadEnd(ThreadState& state);

// The process's part of that, which is better done early: libc keeps small keys in the thread
// descriptor.
void PrepareThreadEnd();

}  // namespace signet

#pragma GCC visibility pop
