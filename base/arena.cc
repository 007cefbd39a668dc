// SPDX-License-Identifier: MIT
#include "base/arena.h"

#include "base/map_anywhere.h"
#include "base/page.h"
#include "base/syscall.h"

// Where the loader's variables end, by linkers' convention.
extern "C" __attribute__((visibility("hidden")))
const std::byte _end;  // NOLINT(readability-identifier-naming)

namespace signet {
namespace {

// What a small program takes, populated at once, which is cheaper than a fault for each page.
constexpr size_t kFirstChunk = size_t{16} * 1024;
constexpr size_t kChunk = size_t{256} * 1024;
constexpr size_t kRegionChunk = size_t{32} * 1024;
constexpr size_t kLarge = size_t{6} * 1024;

}  // namespace

// At the beginning of each mapping of a region.
struct RegionMapping {
  RegionMapping* older;
  uint64_t size;
};

namespace {

constinit Region lasting;
constinit Region trial;
constinit Region* current = nullptr;  // where memory comes from; null: what lasts
constinit bool has_chunk = false;

Region& Current() { return current != nullptr ? *current : lasting; }

uint64_t MapPages(size_t size, uint64_t hint = 0, int flags = 0) {
  const long mapped = MapAnywhere(size, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS | flags,
                                  /* fd */ -1, hint);
  if (sys::Failed(mapped)) OutOfMemory();
  return static_cast<uint64_t>(mapped);
}

uint64_t MapMemory(size_t size) {
  if (current == nullptr) return MapPages(size);
  size = PageUp(size + sizeof(RegionMapping));
  auto* head = std::bit_cast<RegionMapping*>(MapPages(size));
  *head = {current->mappings, size};
  current->mappings = head;
  return std::bit_cast<uint64_t>(head + 1);
}

// Right behind the loader's image, where the kernel joins it with the mapping of the loader's
// variables; the rest of their last page is in it, too. Elsewhere if something is in the way.
void MapFirstChunk() {
  const auto data_end = std::bit_cast<uint64_t>(&_end);
  const uint64_t behind = PageUp(data_end);
  const uint64_t start = MapPages(kFirstChunk, behind, MAP_POPULATE);
  lasting.next = start == behind ? data_end : start;
  lasting.limit = start + kFirstChunk;
}

void StartChunk() {
  if (!has_chunk) {
    has_chunk = true;
    MapFirstChunk();
    return;
  }
  Region& region = Current();
  const size_t size = current != nullptr ? kRegionChunk - sizeof(RegionMapping) : kChunk;
  region.next = MapMemory(size);
  region.limit = region.next + size;
}

}  // namespace

void* ArenaBytes(size_t size, size_t align) {
  // A large request gets a mapping of its own, and the rest of the current chunk stays in use.
  if (size > kLarge) return std::bit_cast<void*>(MapMemory(PageUp(size)));
  Region& region = Current();
  for (;;) {
    const uint64_t start = (region.next + align - 1) & ~(align - 1);
    if (start <= region.limit && size <= region.limit - start) {
      region.next = start + size;
      return std::bit_cast<void*>(start);
    }
    StartChunk();
  }
}

uint64_t ArenaPages(size_t size, size_t below) {
  const uint64_t end = PageDown(lasting.limit);
  if (lasting.next + below + size > end) {
    const uint64_t extra = PageUp(below);
    return MapPages(extra + size) + extra;
  }
  lasting.limit = end - size - below;
  return end - size;
}

void BeginTrial() {
  trial = {};
  current = &trial;
}

void KeepTrial(Region* region) {
  current = nullptr;
  if (region != nullptr) {
    region->next = trial.next;
    region->limit = trial.limit;
    region->mappings = trial.mappings;
  } else if (lasting.limit - lasting.next < trial.limit - trial.next) {
    // The larger rest stays in use.
    lasting.next = trial.next;
    lasting.limit = trial.limit;
  }
}

void DropTrial() {
  current = nullptr;
  FreeRegion(trial);
  trial = {};
}

void FreeRegion(const Region& region) {
  RegionMapping* mapping = region.mappings;
  while (mapping != nullptr) {
    RegionMapping* older = mapping->older;
    sys::Unmap(std::bit_cast<uint64_t>(mapping), mapping->size);
    mapping = older;
  }
}

LastingMemory::LastingMemory(bool wanted, Region* region) : before_(current) {
  if (wanted) current = region;
}

LastingMemory::~LastingMemory() { current = before_; }

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
