// SPDX-License-Identifier: MIT
//
// Dynamic TLS: modules that come by dlopen, and each thread's blocks of them.
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
// An index is used again once its module is unloaded. The generation is then another one, so that a
// block which some thread still has from before does not count.
#pragma once

#include <atomic>

#include "loader/tls/thread_state.h"

#pragma GCC visibility push(hidden)

namespace signet {

inline constexpr uint64_t kTlsIdStatic = uint64_t{1} << 62;

// In Module::tls_offset: some thread has a block of its own already.
inline constexpr uint64_t kTlsDynamicOnly = UINT64_MAX;

// What __tls_get_addr takes. tlsdesc.S knows it.
struct TlsIndex {
  uint64_t ti_module;
  uint64_t ti_offset;
};

inline bool HasStaticTls(const Module& module) {
  const uint64_t offset = std::atomic_ref(const_cast<uint64_t&>(module.tls.offset)).load();
  return offset != 0 && offset != kTlsDynamicOnly;
}

// A TLS module id: of static TLS if the module has an offset, else of dynamic TLS.
void AssignTlsId(Process& process, Module& module);

// For a module that is unloaded, or was not loaded after all: gives its id back, and its part of
// the surplus if that was taken last.
void ReleaseTlsId(Process& process, Module& module);

// For an id that no block of this thread fits.
void* TlsAddressSlowly(uint64_t id, uint64_t offset);

// The address of a thread-local variable in this thread. It ends the process where there is no
// memory left, as glibc does.
//
// Old compilers call __tls_get_addr with a misaligned stack: there is nothing on the stack here.
inline void* TlsAddress(uint64_t id, uint64_t offset) {
  const uint64_t thread_pointer = ThreadPointer();
  if ((id & kTlsIdStatic) != 0) {
    return std::bit_cast<void*>(thread_pointer - (id & ~(kTlsIdTag | kTlsIdStatic)) + offset);
  }
  ThreadState& state = *std::bit_cast<ThreadState*>(thread_pointer - thread_state_offset);
  const auto index = static_cast<uint32_t>(id);
  if (index < __atomic_load_n(&state.block_count, __ATOMIC_ACQUIRE)) {
    const TlsBlock& block = state.blocks[index];
    if (block.id == id) return std::bit_cast<void*>(block.address + offset);
  }
  return TlsAddressSlowly(id, offset);
}

// Where this thread has the module's TLS; null if it has none, or not yet.
void* TlsDataIfAllocated(const Module& module);

// The resolver of TLS descriptors whose argument is the address of a TlsIndex.
uint64_t TlsDescDynamic();

}  // namespace signet

#pragma GCC visibility pop
