// SPDX-License-Identifier: MIT
//
// What the loader remembers of thread-local storage once threads run.
//
// Readers take no lock and may be signal handlers; writers hold the loader lock, unless a member
// says otherwise.
#pragma once

#include <atomic>

#include "loader/process.h"

#pragma GCC visibility push(hidden)

namespace signet {

struct TlsTable;  // dynamic_tls.cc

enum KeyState : uint32_t { kNoKey, kMakingKey, kKey, kImpossible };

// libc's key by which it tells that a thread ends. Any thread may be the one that makes it.
struct ThreadKey {
  std::atomic<uint32_t> state;
  unsigned key;
  int (*set)(unsigned key, const void* value);
};

struct TlsState {
  std::atomic<TlsTable*> table;  // modules by the index in their TLS module id
  uint64_t slot_count;           // used in the table
  ThreadKey end_key;
};

}  // namespace signet

#pragma GCC visibility pop
