// SPDX-License-Identifier: MIT
#include "base/arena.h"

#include "base/attributes.h"
#include "base/map_anywhere.h"
#include "base/page.h"
#include "base/syscall.h"

namespace signet {
namespace {

// As much as a small program needs.
constexpr size_t kFirstChunk = size_t{28} * 1024;
constexpr size_t kChunk = size_t{256} * 1024;
constexpr size_t kRegionChunk = size_t{32} * 1024;
constexpr size_t kLarge = size_t{6} * 1024;
// Scratch of this size gets huge pages: it pays as soon as half of one is touched.
constexpr size_t kLargeScratch = kHugePageSize / 2;

}  // namespace

// At the beginning of each mapping of a region.
struct RegionMapping {
  RegionMapping* older;
  uint64_t size;
};

namespace {

struct Arena {
  Region lasting;             // memory for good
  Region trial;               // memory on trial
  Region* current = nullptr;  // where memory comes from; null: `lasting`
  bool has_chunk = false;     // `lasting` has had its first chunk
  uint64_t scratch = 0;       // its mapping, if there is one
  size_t scratch_size = 0;

  Region& Current() { return current != nullptr ? *current : lasting; }
};
constinit Arena arena;
alignas(kPageSize) SIGNET_ARENA constinit std::byte first_chunk[kFirstChunk] = {};

uint64_t MapPages(size_t size) {
  const long mapped = MapAnywhere(size, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS);
  if (sys::Failed(mapped)) OutOfMemory();
  return static_cast<uint64_t>(mapped);
}

uint64_t MapMemory(size_t size) {
  if (arena.current == nullptr) return MapPages(size);
  size = PageUp(size + sizeof(RegionMapping));
  auto* head = std::bit_cast<RegionMapping*>(MapPages(size));
  *head = {arena.current->mappings, size};
  arena.current->mappings = head;
  return std::bit_cast<uint64_t>(head + 1);
}

void TakeFirstChunk() {
  arena.lasting.next = std::bit_cast<uint64_t>(&first_chunk);
  arena.lasting.limit = arena.lasting.next + kFirstChunk;
}

void StartChunk() {
  if (!arena.has_chunk) {
    arena.has_chunk = true;
    TakeFirstChunk();
    return;
  }
  Region& region = arena.Current();
  const size_t size = arena.current != nullptr ? kRegionChunk - sizeof(RegionMapping) : kChunk;
  region.next = MapMemory(size);
  region.limit = region.next + size;
}

}  // namespace

void* ArenaBytes(size_t size, size_t align) {
  // A large request gets a mapping of its own, and the rest of the current chunk stays in use.
  if (size > kLarge) return std::bit_cast<void*>(MapMemory(PageUp(size)));
  Region& region = arena.Current();
  for (;;) {
    const uint64_t start = AlignUp(region.next, align);
    if (start <= region.limit && size <= region.limit - start) {
      region.next = start + size;
      return std::bit_cast<void*>(start);
    }
    StartChunk();
  }
}

uint64_t ArenaPages(size_t size, size_t below) {
  const uint64_t end = PageDown(arena.lasting.limit);
  if (arena.lasting.next + below + size > end) {
    const uint64_t extra = PageUp(below);
    return MapPages(extra + size) + extra;
  }
  arena.lasting.limit = end - size - below;
  return end - size;
}

void BeginTrial() {
  arena.trial = {};
  arena.current = &arena.trial;
}

void KeepTrial(Region* region) {
  arena.current = nullptr;
  if (region != nullptr) {
    region->next = arena.trial.next;
    region->limit = arena.trial.limit;
    region->mappings = arena.trial.mappings;
  } else if (arena.lasting.limit - arena.lasting.next < arena.trial.limit - arena.trial.next) {
    // The larger rest stays in use.
    arena.lasting.next = arena.trial.next;
    arena.lasting.limit = arena.trial.limit;
  }
}

void DropTrial() {
  arena.current = nullptr;
  FreeScratch();
  FreeRegion(arena.trial);
  arena.trial = {};
}

uint64_t ScratchPages(size_t size) {
  const bool is_large = size >= kLargeScratch;
  const size_t room = is_large ? AlignUp(size, kHugePageSize) : PageUp(size);
  const size_t mapped_size = is_large ? room + kHugePageSize : room;
  // Not MapAnywhere: modules that come later shall have this place.
  const long mapped =
      sys::Map(0, mapped_size, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS | MAP_NORESERVE);
  if (sys::Failed(mapped)) OutOfMemory();
  arena.scratch = static_cast<uint64_t>(mapped);
  arena.scratch_size = mapped_size;
  if (!is_large) return arena.scratch;
  const uint64_t start = AlignUp(arena.scratch, kHugePageSize);
  sys::Advise(start, room, MADV_HUGEPAGE);
  return start;
}

void FreeScratch() {
  if (arena.scratch_size != 0) sys::Unmap(arena.scratch, arena.scratch_size);
  arena.scratch_size = 0;
}

void FreeRegion(const Region& region) {
  RegionMapping* mapping = region.mappings;
  while (mapping != nullptr) {
    RegionMapping* older = mapping->older;
    sys::Unmap(std::bit_cast<uint64_t>(mapping), mapping->size);
    mapping = older;
  }
}

LastingMemory::LastingMemory(bool wanted, Region* region) : before_(arena.current) {
  if (wanted) arena.current = region;
}

LastingMemory::~LastingMemory() { arena.current = before_; }

const char* ArenaString(std::string_view a, std::string_view b, std::string_view c) {
  char* text = static_cast<char*>(ArenaBytes(a.size() + b.size() + c.size() + 1, 1));
  size_t size = 0;
  for (std::string_view part : {a, b, c}) {
    if (part.empty()) continue;
    std::memcpy(text + size, part.data(), part.size());
    size += part.size();
  }
  return text;
}

}  // namespace signet
