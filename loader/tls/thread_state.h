// SPDX-License-Identifier: MIT
//
// What the loader keeps for each thread, and memory that lives as long as the thread.
//
// Input: thread_state_place, which LayoutStaticTls sets. Output: the state of the calling thread.
// It is in static TLS, where Signet lays out a part for itself, which is zero in a new thread.
// There is no lock, because a thread touches its own state only. A signal handler may interrupt at
// any time, so code that changes the state blocks signals first.
//
// The memory comes from mappings, not from libc's malloc, because malloc itself may ask for it.
// When the thread ends, all of it is given back, or left to a later thread. libc announces the end
// by the destructor of a pthread key. Without libc nothing announces it.
#pragma once

#include <atomic>

#include "base/signals.h"
#include "loader/tls/static_tls.h"

#pragma GCC visibility push(hidden)

namespace signet {

// A mapping that belongs to this thread.
struct ThreadMapping {
  ThreadMapping* older;
  uint64_t start;  // 0 once it is unmapped
  uint64_t size;
  bool is_root;  // it holds variables, and a leak checker knows it
};

// This thread's block of a module with dynamic TLS. tlsdesc.S knows it.
struct TlsBlock {
  uint64_t id;             // TLS module id, with its generation; 0 if there is no block
  uint64_t address;        // of the first byte of the module's TLS image
  uint64_t capacity;       // bytes from there on; 0 if it is static TLS
  ThreadMapping* mapping;  // the one that holds this block alone, or null
};

// tlsdesc.S knows the first two members.
struct ThreadState {
  TlsBlock* blocks;      // dynamic TLS, by the index in the TLS module id (dynamic_tls.h)
  uint64_t block_count;  // read before `blocks`, written after it (BlockCount)

  char* error;            // what dlerror returns next, or has returned; null if there was no error
  size_t error_capacity;  // bytes
  bool error_is_fresh;    // dlerror has not returned it yet

  bool end_is_watched;      // libc will say when the thread ends
  uint8_t end_round;        // how often libc has said so
  ThreadMapping* mappings;  // the newest
  uint64_t next;            // free bytes of the newest chunk
  uint64_t limit;
};

// What is added to a thread pointer to get the address of the thread's state, which lies below; 0
// before LayoutStaticTls. A global, because tlsdesc.S reads it.
extern constinit uint64_t thread_state_place asm("signet_thread_state_place");

inline ThreadState& CurrentThread() {
  return *std::bit_cast<ThreadState*>(ThreadPointer() + thread_state_place);
}

// The blocks that may be used. A signal handler may replace both the blocks and their number, so
// the number is read first.
inline uint64_t BlockCount(ThreadState& state) {
  return std::atomic_ref(state.block_count).load(std::memory_order_acquire);
}

// Zeroed memory that lives as long as the thread; null if there is none left. Signals are blocked.
// If the memory gets a mapping that holds nothing else, `*mapping` is set to it.
void* ThreadBytes(ThreadState& state, size_t size, size_t align, ThreadMapping** mapping = nullptr);

// Variables are at `address`, in memory of ThreadBytes: a leak checker hears of its mapping. Not
// before there are variables, because a leak checker that has not run its constructor may end the
// process; but its constructor may call dlsym and dlerror.
void MakeRoot(ThreadState& state, uint64_t address);

// Gives such a mapping back before the thread ends.
void Unmap(ThreadMapping& mapping);

// Room for this thread's error text: sets and returns CurrentThread().error. The next call may
// return other room, without the old text. Null if there is no memory left.
char* ThreadErrorBuffer(size_t size);

// Makes sure that libc announces the end of this thread. It calls libc, which may allocate memory.
void WatchThreadEnd(ThreadState& state);

// Makes the pthread key that WatchThreadEnd needs, once for the process. It should be called early:
// for keys with small numbers libc has room in its thread descriptor, and allocates nothing.
void PrepareThreadEnd(const Process& process);

}  // namespace signet

#pragma GCC visibility pop
