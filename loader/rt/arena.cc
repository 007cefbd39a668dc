// SPDX-License-Identifier: MIT
#include "loader/rt/arena.h"

#include "elf/types.h"
#include "loader/report.h"
#include "loader/sys/syscall.h"

namespace signet {
namespace {

// What a small program takes: first the rest of the page that the loader's own variables begin,
// then a chunk that is populated at once, which is cheaper than a fault for each page.
constexpr size_t kFirstBlock = 3072;
constexpr size_t kFirstChunk = size_t{16} * 1024;
constexpr size_t kChunk = size_t{256} * 1024;
constexpr size_t kLarge = size_t{6} * 1024;

alignas(16) constinit std::byte first_block[kFirstBlock] = {};
constinit uint64_t next = 0;
constinit uint64_t limit = 0;
constinit bool has_chunk = false;

uint64_t MapMemory(size_t size, int flags) {
  const long mapped =
      sys::Map(0, size, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS | flags);
  if (sys::Failed(mapped)) Fatal("cannot allocate memory");
  return static_cast<uint64_t>(mapped);
}

void StartChunk() {
  if (limit == 0) {
    next = std::bit_cast<uint64_t>(&first_block);
    limit = next + kFirstBlock;
    return;
  }
  const size_t size = has_chunk ? kChunk : kFirstChunk;
  next = MapMemory(size, has_chunk ? 0 : MAP_POPULATE);
  limit = next + size;
  has_chunk = true;
}

}  // namespace

void* ArenaBytes(size_t size, size_t align) {
  // A large request gets a mapping of its own, and the rest of the current chunk stays in use.
  if (size > kLarge) return std::bit_cast<void*>(MapMemory(elf::PageUp(size), 0));
  for (;;) {
    const uint64_t start = (next + align - 1) & ~(align - 1);
    if (start <= limit && size <= limit - start) {
      next = start + size;
      return std::bit_cast<void*>(start);
    }
    StartChunk();
  }
}

uint64_t ArenaPages(size_t size) {
  if (!has_chunk) StartChunk();
  if (elf::PageUp(next) > limit || size > limit - elf::PageUp(next)) return MapMemory(size, 0);
  limit -= size;
  return limit;
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
