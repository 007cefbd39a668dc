// SPDX-License-Identifier: MIT
#include "loader/rt/arena.h"

#include "elf/types.h"
#include "loader/report.h"
#include "loader/sys/syscall.h"

namespace signet {
namespace {

// The first chunk is what a small program takes; it is populated at once, which is cheaper than a
// fault for each page.
constexpr size_t kFirstChunk = size_t{24} * 1024;
constexpr size_t kChunk = size_t{256} * 1024;

constinit uint64_t next = 0;
constinit uint64_t limit = 0;

}  // namespace

void* ArenaBytes(size_t size, size_t align) {
  uint64_t start = (next + align - 1) & ~(align - 1);
  if (start > limit || size > limit - start) {
    const bool first = limit == 0;
    const bool large = size > kFirstChunk / 4;
    const uint64_t chunk = large ? elf::PageUp(size) : first ? kFirstChunk : kChunk;
    const int populate = first && !large ? MAP_POPULATE : 0;
    const long mapped =
        sys::Map(0, chunk, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS | populate);
    if (sys::Failed(mapped)) Fatal("cannot allocate memory");
    // A large request gets a mapping of its own, and the rest of the current chunk stays in use.
    if (large) return std::bit_cast<void*>(mapped);
    start = static_cast<uint64_t>(mapped);
    limit = start + chunk;
  }
  next = start + size;
  return std::bit_cast<void*>(start);
}

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
