// SPDX-License-Identifier: MIT
#include "loader/tls/thread_state.h"

#include "base/attributes.h"
#include "base/map_anywhere.h"
#include "base/page.h"
#include "base/syscall.h"
#include "loader/load/libc_functions.h"
#include "loader/tls/root_regions.h"
#include "loader/tls/tls_state.h"

namespace signet {

SIGNET_WRITTEN_ONCE constinit uint64_t thread_state_place = 0;

static_assert(offsetof(ThreadState, blocks) == 0 && offsetof(ThreadState, block_count) == 8);
static_assert(offsetof(TlsBlock, id) == 0 && offsetof(TlsBlock, address) == 8);
static_assert(sizeof(TlsBlock) == 32);

namespace {

constexpr size_t kChunk = size_t{32} * 1024;
constexpr size_t kLarge = size_t{8} * 1024;

// A thread leaves its chunk to a later one if it has used no more of it, because what it has used
// is cleared. To map memory, to touch it first and to unmap it takes longer than all the rest that
// is done for a thread.
constexpr size_t kMostCleared = size_t{8} * 1024;

// When a thread ends, libc calls the destructors of keys that have a value, and does so again in up
// to this many rounds (PTHREAD_DESTRUCTOR_ITERATIONS of glibc and musl). The memory stays until the
// last round, because destructors of other keys may use TLS. Memory that a thread takes only in its
// last rounds, or after them, is not given back.
constexpr uint8_t kRounds = 4;

// Zeroed memory; 0 if there is none to spare.
uint64_t TakeSpareChunk() {
  for (std::atomic<uint64_t>& spare : TheProcess().tls_state->spare_chunks) {
    if (spare.load(std::memory_order_relaxed) == 0) continue;
    if (const uint64_t chunk = spare.exchange(0, std::memory_order_acquire)) return chunk;
  }
  return 0;
}

// False if there are enough already.
[[nodiscard]] bool LeaveChunk(uint64_t chunk) {
  for (std::atomic<uint64_t>& spare : TheProcess().tls_state->spare_chunks) {
    uint64_t none = 0;
    if (spare.load(std::memory_order_relaxed) == 0 &&
        spare.compare_exchange_strong(none, chunk, std::memory_order_release)) {
      return true;
    }
  }
  return false;
}

// The newest chunk, of which `used` bytes are in use, and which holds its own record.
void FreeChunk(ThreadMapping& mapping, size_t used) {
  const uint64_t chunk = mapping.start;
  if (used > kMostCleared) return Unmap(mapping);
  if (mapping.is_root) UnregisterRootRegion(chunk, kChunk);
  std::memset(&mapping, 0, used);
  if (!LeaveChunk(chunk)) sys::Unmap(chunk, kChunk);
}

void FreeAll(ThreadState& state) {
  const SignalsBlocked blocked;
  ThreadMapping* mapping = state.mappings;
  const uint64_t chunk = state.limit - kChunk;
  const size_t used = state.next - chunk;
  state = {};
  // A mapping's record is in the mapping itself or in an older one, so it is read first. The newest
  // chunk comes behind all mappings whose records it holds.
  while (mapping != nullptr) {
    ThreadMapping* older = mapping->older;
    if (mapping->start == chunk) {
      FreeChunk(*mapping, used);
    } else {
      Unmap(*mapping);
    }
    mapping = older;
  }
}

void ThreadEnds(void* value) {
  ThreadState& state = CurrentThread();
  if (++state.end_round < kRounds) {
    const ThreadKey& end_key = TheProcess().tls_state->end_key;
    end_key.set(end_key.key, value);
  } else {
    FreeAll(state);
  }
}

// The address of zeroed pages; 0 if there is no memory.
uint64_t MapPages(uint64_t size) {
  const long mapped = MapAnywhere(size, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS);
  return sys::Failed(mapped) ? 0 : static_cast<uint64_t>(mapped);
}

void* Take(ThreadState& state, size_t size, size_t align) {
  const uint64_t start = AlignUp(state.next, align);
  if (state.limit < start || state.limit - start < size) return nullptr;
  state.next = start + size;
  return std::bit_cast<void*>(start);
}

void* TakeFromChunk(ThreadState& state, size_t size, size_t align) {
  if (void* bytes = Take(state, size, align)) return bytes;
  uint64_t chunk = TakeSpareChunk();
  if (chunk == 0) chunk = MapPages(kChunk);
  if (chunk == 0) return nullptr;
  auto* mapping = std::bit_cast<ThreadMapping*>(chunk);
  *mapping = {state.mappings, chunk, kChunk, /* is_root */ false};
  state.mappings = mapping;
  state.next = chunk + sizeof(ThreadMapping);
  state.limit = chunk + kChunk;
  return Take(state, size, align);
}

}  // namespace

void* ThreadBytes(ThreadState& state, size_t size, size_t align, ThreadMapping** mapping) {
  if (size <= kLarge && align <= kLarge) {
    return TakeFromChunk(state, size, align < alignof(uint64_t) ? alignof(uint64_t) : align);
  }
  auto* record = static_cast<ThreadMapping*>(
      TakeFromChunk(state, sizeof(ThreadMapping), alignof(ThreadMapping)));
  if (record == nullptr) return nullptr;
  const uint64_t mapped_size = PageUp(size) + (align > kPageSize ? align : 0);
  const uint64_t start = MapPages(mapped_size);
  if (start == 0) return nullptr;
  *record = {state.mappings, start, mapped_size, /* is_root */ false};
  state.mappings = record;
  if (mapping != nullptr) *mapping = record;
  return std::bit_cast<void*>(AlignUp(start, align));
}

void MakeRoot(ThreadState& state, uint64_t address) {
  ThreadMapping* mapping = state.mappings;
  while (address - mapping->start >= mapping->size) mapping = mapping->older;
  if (mapping->is_root) return;
  mapping->is_root = true;  // first, because the leak checker may use TLS, and come here again
  RegisterRootRegion(mapping->start, mapping->size);
}

void Unmap(ThreadMapping& mapping) {
  const uint64_t start = mapping.start;
  mapping.start = 0;
  if (start == 0) return;
  if (mapping.is_root) UnregisterRootRegion(start, mapping.size);
  sys::Unmap(start, mapping.size);
}

char* ThreadErrorBuffer(size_t size) {
  ThreadState& state = CurrentThread();
  if (size <= state.error_capacity) return state.error;
  {
    const SignalsBlocked blocked;
    const uint64_t room = std::bit_ceil(size < 256 ? size_t{256} : size);
    void* bytes = ThreadBytes(state, room, 1);
    if (bytes == nullptr) return nullptr;
    state.error = static_cast<char*>(bytes);
    state.error_capacity = room;
  }
  WatchThreadEnd(state);
  return state.error;
}

void PrepareThreadEnd(const Process& process) {
  ThreadKey& end_key = process.tls_state->end_key;
  uint32_t expected = kNoKey;
  if (process.stand_in == nullptr || !end_key.state.compare_exchange_strong(expected, kMakingKey)) {
    return;
  }
  using Create = int(unsigned* key, void (*destructor)(void*));
  const auto create = FindLibcFunction<Create>(process, "pthread_key_create");
  end_key.set = FindLibcFunction<int(unsigned, const void*)>(process, "pthread_setspecific");
  const bool made =
      create != nullptr && end_key.set != nullptr && create(&end_key.key, ThreadEnds) == 0;
  end_key.state.store(made ? kKey : kImpossible);
}

void WatchThreadEnd(ThreadState& state) {
  if (state.end_is_watched) return;
  PrepareThreadEnd(TheProcess());
  const ThreadKey& end_key = TheProcess().tls_state->end_key;
  if (end_key.state.load() != kKey) return;
  state.end_is_watched = true;  // first, because libc's function may use TLS, and come here again
  if (end_key.set(end_key.key, &state) != 0) state.end_is_watched = false;
}

}  // namespace signet
