// SPDX-License-Identifier: MIT
#include "loader/tls/dynamic_tls.h"

#include <cpuid.h>

#include "base/map_anywhere.h"
#include "base/page.h"
#include "base/syscall.h"
#include "loader/diagnostics.h"
#include "loader/tls/late_static_tls.h"
#include "loader/tls/tls_state.h"

extern "C" {
__attribute__((visibility("hidden"))) void signet_tlsdesc_dynamic();

// What signet_tlsdesc_dynamic needs to save the vector registers: the components for XSAVE, or 0
// for FXSAVE, and the bytes that they take. They are set before there is such a descriptor.
// Globals, because assembly reads them.
__attribute__((visibility("hidden"))) constinit uint64_t signet_vector_state_size = 0;
__attribute__((visibility("hidden"))) constinit uint32_t signet_vector_state_mask = 0;
}

namespace signet {
static_assert(offsetof(TlsIndex, ti_module) == 0 && offsetof(TlsIndex, ti_offset) == 8);

struct TlsSlot {
  std::atomic<Module*> module;  // null if the index is free
  uint32_t generation;
};

// Readers take no lock. So a table that is too small is left as it is, and a larger one takes its
// place. It is in a mapping of its own, not in the arena, because a dlopen that fails gives its
// part of the arena back.
struct TlsTable {
  uint64_t capacity;
  TlsSlot slots[];
};

namespace {

constexpr uint64_t kGenerationMask = (uint64_t{1} << 30) - 1;
constexpr unsigned kGenerationShift = 32;

TlsTable* Grow(TlsState& state, TlsTable* old) {
  const uint64_t size = PageUp(sizeof(TlsTable) + 2 * state.slot_count * sizeof(TlsSlot));
  const long mapped = MapAnywhere(size, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS);
  if (sys::Failed(mapped)) Fatal("cannot allocate memory");
  auto* grown = std::bit_cast<TlsTable*>(mapped);
  grown->capacity = (size - sizeof(TlsTable)) / sizeof(TlsSlot);
  for (uint64_t i = 0; old != nullptr && i < state.slot_count; ++i) {
    grown->slots[i].module.store(old->slots[i].module.load());
    grown->slots[i].generation = old->slots[i].generation;
  }
  state.table.store(grown);
  return grown;
}

// The lowest index that is free.
uint64_t FreeIndex(const TlsState& state) {
  const TlsTable* current = state.table.load();
  uint64_t index = state.free_from;
  while (index < state.slot_count && current->slots[index].module.load() != nullptr) ++index;
  return index;
}

// The module that has this id. It must be loaded.
Module& ModuleOfTls(uint64_t id) {
  return *TheProcess().tls_state->table.load()->slots[static_cast<uint32_t>(id)].module.load();
}

// The module's static TLS offset. If it has none, it cannot get one any more, and this returns
// kTlsDynamicOnly.
uint64_t DecideOffset(Module& module) {
  uint64_t offset = 0;
  const std::atomic_ref place(module.tls.offset);
  return place.compare_exchange_strong(offset, kTlsDynamicOnly) ? kTlsDynamicOnly : offset;
}

[[nodiscard]] bool ReserveBlocks(ThreadState& state, uint64_t index) {
  if (index < state.block_count) return true;
  const uint64_t count = std::bit_ceil(index < 16 ? uint64_t{16} : index + 1);
  auto* blocks =
      static_cast<TlsBlock*>(ThreadBytes(state, count * sizeof(TlsBlock), alignof(TlsBlock)));
  if (blocks == nullptr) return false;
  if (state.block_count != 0)
    std::memcpy(blocks, state.blocks, state.block_count * sizeof(TlsBlock));
  state.blocks = blocks;
  state.block_count = count;
  return true;
}

// Zeroed room in `block` for a module with this PT_TLS. The block may hold what an unloaded module
// has left.
[[nodiscard]] bool Allocate(ThreadState& state, const elf::Phdr& tls, TlsBlock& block) {
  const uint64_t align = tls.p_align == 0 ? 1 : tls.p_align;
  const uint64_t skew = tls.p_vaddr & (align - 1);
  if (block.capacity >= tls.p_memsz && block.capacity != 0 &&
      ((block.address - tls.p_vaddr) & (align - 1)) == 0) {
    std::memset(std::bit_cast<void*>(block.address), 0, tls.p_memsz);
    return true;
  }
  if (block.mapping != nullptr) Unmap(*block.mapping);
  // A block that replaces a smaller one gets a power of two as its size, so that modules that take
  // turns at one index do not use up memory.
  const uint64_t size = block.capacity != 0 ? std::bit_ceil(tls.p_memsz) : tls.p_memsz;
  block = {};
  const auto* bytes =
      static_cast<const char*>(ThreadBytes(state, skew + size, align, &block.mapping));
  if (bytes == nullptr) return false;
  block.address = std::bit_cast<uint64_t>(bytes + skew);
  block.capacity = size;
  MakeRoot(state, block.address);
  return true;
}

// Makes this thread's block of the module. Signals are blocked. False if there is no memory.
[[nodiscard]] bool MakeBlock(ThreadState& state, Module& module) {
  const auto index = static_cast<uint32_t>(module.tls.id);
  if (!ReserveBlocks(state, index)) return false;
  TlsBlock& block = state.blocks[index];
  const uint64_t static_offset = DecideOffset(module);
  if (static_offset != kTlsDynamicOnly) {
    if (block.mapping != nullptr) Unmap(*block.mapping);
    block = {module.tls.id, ThreadPointer() - static_offset, 0, nullptr};
    return true;
  }
  const elf::Phdr& tls = *module.map.headers.tls;
  if (!Allocate(state, tls, block)) return false;
  std::memcpy(std::bit_cast<void*>(block.address),
              std::bit_cast<const void*>(module.map.image.Resolve(tls.p_vaddr)), tls.p_filesz);
  block.id = module.tls.id;
  return true;
}

// What signet_tlsdesc_dynamic saves: x87, SSE, AVX, AVX-512, and the registers of APX. It does not
// save the matrices of AMX, because neither the loader nor libc's pthread_setspecific touches them.
constexpr uint32_t kVectorState = 0xe7 | uint32_t{1} << 19;
constexpr uint32_t kXsaveHead = 576;  // bytes: what FXSAVE saves, and the header

// SDM volume 1, chapter 13: CPUID leaf 13 has the size and the offset of each component.
void MeasureVectorState() {
  if (signet_vector_state_size != 0) return;
  uint32_t a;
  uint32_t b;
  uint32_t c;
  uint32_t d;
  __cpuid(1, a, b, c, d);
  if ((c & bit_OSXSAVE) == 0) {
    signet_vector_state_size = 512;
    return;
  }
  uint32_t enabled;
  asm("xgetbv" : "=a"(enabled), "=d"(d) : "c"(0));
  const uint32_t mask = enabled & kVectorState;
  uint32_t size = kXsaveHead;
  for (unsigned component = 2; component < 32; ++component) {
    if ((mask & uint32_t{1} << component) == 0) continue;
    __cpuid_count(13, component, a, b, c, d);
    if (b + a > size) size = b + a;
  }
  signet_vector_state_mask = mask;
  signet_vector_state_size = size;
}

}  // namespace

void AssignTlsId(Process& process, Module& module) {
  if (HasStaticTls(module)) {
    module.tls.id = kTlsIdTag | kTlsIdStatic | module.tls.offset;
    return;
  }
  PrepareThreadEnd(process);
  TlsState& state = *process.tls_state;
  TlsTable* current = state.table.load();
  const uint64_t index = FreeIndex(state);
  if (current == nullptr || index == current->capacity) current = Grow(state, current);
  if (index == state.slot_count) ++state.slot_count;
  state.free_from = index + 1;
  TlsSlot& slot = current->slots[index];
  module.tls.id = kTlsIdTag | uint64_t{slot.generation} << kGenerationShift | index;
  slot.module.store(&module);
}

void ReleaseTlsId(Process& process, Module& module) {
  if (module.tls.id == 0) return;
  ReleaseSurplus(process, module);
  if ((module.tls.id & kTlsIdStatic) == 0) {
    const auto index = static_cast<uint32_t>(module.tls.id);
    if (index < process.tls_state->free_from) process.tls_state->free_from = index;
    TlsSlot& slot = process.tls_state->table.load()->slots[index];
    slot.generation = (slot.generation + 1) & kGenerationMask;
    slot.module.store(nullptr);
  }
  module.tls.id = 0;
  module.tls.offset = 0;
  module.tls.is_ready = false;
}

[[gnu::noinline, gnu::cold, gnu::force_align_arg_pointer]] void* TlsAddressSlowly(uint64_t id,
                                                                                  uint64_t offset) {
  ThreadState& state = CurrentThread();
  uint64_t address = 0;
  {
    const SignalsBlocked blocked;
    if (!MakeBlock(state, ModuleOfTls(id))) {
      { Line() << "cannot allocate memory for thread-local data: ABORT"; }
      sys::Exit(kExitNotFound);
    }
    address = state.blocks[static_cast<uint32_t>(id)].address;
    WatchThreadEnd(state);
  }
  return std::bit_cast<void*>(address + offset);
}

void* TlsDataIfAllocated(const Module& module) {
  if (module.tls.id == 0) return nullptr;
  if (HasStaticTls(module)) return std::bit_cast<void*>(ThreadPointer() - module.tls.offset);
  ThreadState& state = CurrentThread();
  const auto index = static_cast<uint32_t>(module.tls.id);
  if (index >= BlockCount(state)) return nullptr;
  const TlsBlock& block = state.blocks[index];
  return block.id == module.tls.id ? std::bit_cast<void*>(block.address) : nullptr;
}

uint64_t TlsDescDynamic() {
  MeasureVectorState();
  return std::bit_cast<uint64_t>(&signet_tlsdesc_dynamic);
}

}  // namespace signet

// Called by signet_tlsdesc_dynamic. Returns the variable's offset from the thread pointer.
extern "C" __attribute__((visibility("hidden"))) uint64_t signet_tlsdesc_allocate(
    const signet::TlsIndex* index) {
  return std::bit_cast<uint64_t>(signet::TlsAddress(index->ti_module, index->ti_offset)) -
         signet::ThreadPointer();
}
