// SPDX-License-Identifier: MIT
#include "loader/tls/static_tls.h"

#include "base/map_anywhere.h"
#include "base/page.h"
#include "base/syscall.h"
#include "loader/diagnostics.h"
#include "loader/tls/dynamic_tls.h"
#include "loader/tls/tls_state.h"

extern "C" {
__attribute__((visibility("hidden"))) void signet_tlsdesc_static();
__attribute__((visibility("hidden"))) void signet_tlsdesc_undefined_weak();
}

namespace signet {

namespace {

// What code that was compiled for glibc or musl expects at the thread pointer. The psABI asks for
// the first word only.
struct ThreadControlBlock {
  uint64_t self;  // %fs:0
  uint64_t unused[4];
  uint64_t stack_canary;  // %fs:0x28, read by -fstack-protector
  uint64_t pointer_key;
  uint64_t unused_after[57];
};

}  // namespace

void LayoutStaticTls(Process& process) {
  process.tls_state = ArenaNew<TlsState>();
  for (Module* module : process.modules) {
    const elf::Phdr* tls = module->map.headers.tls;
    if (tls == nullptr || !module->IsNative()) continue;
    module->tls.offset = process.tls.layout.Place(tls->p_memsz, tls->p_align, tls->p_vaddr);
    AssignTlsId(process, *module);
  }
  thread_state_place = 0 - process.tls.layout.Place(sizeof(ThreadState), alignof(ThreadState), 0);
  // A multiple of the alignment, so that in the stand-in program's image the pages that will be
  // sealed can begin right behind the surplus.
  process.tls.surplus_top = process.tls.layout.Place(0, process.tls.layout.align(), 0);
  process.tls.surplus_used = process.tls.surplus_top;
  process.tls.placed = process.tls.layout;
  process.tls.layout.Place(process.options.tls_surplus, 1, 0);
}

void FillStaticTls(const Process& process, uint64_t thread_pointer) {
  for (const Module* module : process.modules) {
    if (module->tls.offset == 0 || !module->IsNative()) continue;
    const elf::Phdr& tls = *module->map.headers.tls;
    std::memcpy(std::bit_cast<void*>(thread_pointer - module->tls.offset),
                std::bit_cast<const void*>(module->map.image.Resolve(tls.p_vaddr)), tls.p_filesz);
  }
}

void SetThreadPointer(Process& process) {
  const uint64_t size = process.tls.layout.size();
  const uint64_t align =
      process.tls.layout.align() > kPageSize ? process.tls.layout.align() : kPageSize;
  const long mapped = MapAnywhere(size + align + sizeof(ThreadControlBlock), PROT_READ | PROT_WRITE,
                                  MAP_PRIVATE | MAP_ANONYMOUS);
  if (sys::Failed(mapped)) Fatal("cannot allocate TLS data structures for initial thread");
  const uint64_t thread_pointer = (static_cast<uint64_t>(mapped) + size + align - 1) & ~(align - 1);
  auto* block = std::bit_cast<ThreadControlBlock*>(thread_pointer);
  block->self = thread_pointer;
  if (const auto* random = std::bit_cast<const char*>(process.startup.AuxValue(AT_RANDOM))) {
    std::memcpy(&block->stack_canary, random, sizeof block->stack_canary);
    std::memcpy(&block->pointer_key, random + sizeof block->stack_canary,
                sizeof block->pointer_key);
    // Its first byte in memory is NUL, so that string functions do not copy it.
    block->stack_canary &= ~uint64_t{0xff};
  }
  if (sys::Failed(sys::SetThreadPointer(thread_pointer))) Fatal("cannot set the thread pointer");
}

uint64_t TlsDescStatic() { return std::bit_cast<uint64_t>(&signet_tlsdesc_static); }
uint64_t TlsDescUndefinedWeak() { return std::bit_cast<uint64_t>(&signet_tlsdesc_undefined_weak); }

}  // namespace signet
