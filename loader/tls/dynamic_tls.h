// SPDX-License-Identifier: MIT
//
// Dynamic TLS: thread-local storage of modules that come by dlopen. Each thread has a block for
// each of them.
//
// Input: modules with PT_TLS. Output: their TLS module ids, and addresses in this thread's blocks,
// which are allocated when first touched. Ids are given and taken back under the loader lock;
// addresses need no lock and may be asked for in a signal handler.
//
// A TLS module id says where to look:
//
//   bit 63  bit 62   61 ... 32    31 ... 0
//     1       1      static TLS offset          known when the id was given
//     1       0      generation   index         of the module table and of the thread's blocks
//
// Once a module is unloaded, its index is used again, with another generation. So a block that some
// thread still has from before is not taken for one of the new module.
#pragma once

#include <atomic>

#include "loader/tls/thread_state.h"

#pragma GCC visibility push(hidden)

namespace signet {

inline constexpr uint64_t kTlsIdStatic = uint64_t{1} << 62;

// In ModuleTls::offset: some thread has a dynamic block already, so the module can no longer get a
// static TLS offset.
inline constexpr uint64_t kTlsDynamicOnly = UINT64_MAX;

// The argument of __tls_get_addr. tlsdesc.S knows this structure.
struct TlsIndex {
  uint64_t ti_module;
  uint64_t ti_offset;
};

inline bool HasStaticTls(const Module& module) {
  const uint64_t offset = std::atomic_ref(const_cast<uint64_t&>(module.tls.offset)).load();
  return offset != 0 && offset != kTlsDynamicOnly;
}

// Gives the module a TLS module id: of static TLS if it has a static TLS offset, else of dynamic
// TLS.
void AssignTlsId(Process& process, Module& module);

// For a module that is unloaded, or that could not be loaded after all: takes its id back, and its
// place in the surplus if that is the last one in use.
void ReleaseTlsId(Process& process, Module& module);

// As TlsAddress, for an id of which this thread has no block yet.
void* TlsAddressSlowly(uint64_t id, uint64_t offset);

// The address of a thread-local variable in this thread. If there is no memory left, it ends the
// process, as glibc does.
//
// Nothing is on the stack here, because old compilers call __tls_get_addr with a misaligned stack.
inline void* TlsAddress(uint64_t id, uint64_t offset) {
  const uint64_t thread_pointer = ThreadPointer();
  if ((id & kTlsIdStatic) != 0) [[unlikely]] {
    return std::bit_cast<void*>(thread_pointer - (id & ~(kTlsIdTag | kTlsIdStatic)) + offset);
  }
  ThreadState& state = *std::bit_cast<ThreadState*>(thread_pointer + thread_state_place);
  const auto index = static_cast<uint32_t>(id);
  if (index < BlockCount(state)) {
    const TlsBlock& block = state.blocks[index];
    if (block.id == id) return std::bit_cast<void*>(block.address + offset);
  }
  return TlsAddressSlowly(id, offset);
}

// Where this thread has the module's TLS; null if the module has none, or the thread has no block
// of it yet.
void* TlsDataIfAllocated(const Module& module);

// The address of the resolver for TLS descriptors whose argument is the address of a TlsIndex.
uint64_t TlsDescDynamic();

}  // namespace signet

#pragma GCC visibility pop
