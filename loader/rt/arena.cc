// SPDX-License-Identifier: MIT
#include "loader/rt/arena.h"

#include "elf/types.h"
#include "loader/report.h"
#include "loader/sys/syscall.h"

// Where the loader's variables end, by linkers' convention.
extern "C" __attribute__((visibility("hidden")))
const std::byte _end;  // NOLINT(readability-identifier-naming)

namespace signet {
namespace {

// What a small program takes, populated at once, which is cheaper than a fault for each page.
constexpr size_t kFirstChunk = size_t{16} * 1024;
constexpr size_t kChunk = size_t{256} * 1024;
constexpr size_t kTrialChunk = size_t{32} * 1024;
constexpr size_t kLarge = size_t{6} * 1024;

// At the beginning of each mapping that is on trial.
struct TrialMapping {
  TrialMapping* previous;
  uint64_t size;
};

struct Room {
  uint64_t next = 0;
  uint64_t limit = 0;
};

constinit Room room;     // where the next bytes come from
constinit Room waiting;  // of the two, lasting and on trial, the one not in use
constinit bool has_chunk = false;
constinit bool on_trial = false;
constinit TrialMapping* trial_mappings = nullptr;

uint64_t MapPages(size_t size, uint64_t hint = 0, int flags = 0) {
  const long mapped =
      sys::Map(hint, size, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS | flags);
  if (sys::Failed(mapped)) Fatal("cannot allocate memory");
  return static_cast<uint64_t>(mapped);
}

uint64_t MapMemory(size_t size) {
  if (!on_trial) return MapPages(size);
  size = elf::PageUp(size + sizeof(TrialMapping));
  auto* head = std::bit_cast<TrialMapping*>(MapPages(size));
  *head = {trial_mappings, size};
  trial_mappings = head;
  return std::bit_cast<uint64_t>(head + 1);
}

// Right behind the loader's image, where the kernel joins it with the mapping of the loader's
// variables; the rest of their last page is in it, too. Elsewhere if something is in the way.
Room MapFirstChunk() {
  const auto data_end = std::bit_cast<uint64_t>(&_end);
  const uint64_t behind = elf::PageUp(data_end);
  const uint64_t start = MapPages(kFirstChunk, behind, MAP_POPULATE);
  return {start == behind ? data_end : start, start + kFirstChunk};
}

void StartChunk() {
  if (!has_chunk) {
    has_chunk = true;
    room = MapFirstChunk();
    return;
  }
  const size_t size = on_trial ? kTrialChunk - sizeof(TrialMapping) : kChunk;
  const uint64_t start = MapMemory(size);
  room = {start, start + size};
}

void Interrupt() {
  const Room other = waiting;
  waiting = room;
  room = other;
  on_trial = !on_trial;
}

}  // namespace

void* ArenaBytes(size_t size, size_t align) {
  // A large request gets a mapping of its own, and the rest of the current chunk stays in use.
  if (size > kLarge) return std::bit_cast<void*>(MapMemory(elf::PageUp(size)));
  for (;;) {
    const uint64_t start = (room.next + align - 1) & ~(align - 1);
    if (start <= room.limit && size <= room.limit - start) {
      room.next = start + size;
      return std::bit_cast<void*>(start);
    }
    StartChunk();
  }
}

uint64_t ArenaPages(size_t size, size_t below) {
  const uint64_t end = elf::PageDown(room.limit);
  if (room.next + below + size > end) {
    const uint64_t extra = elf::PageUp(below);
    return MapPages(extra + size) + extra;
  }
  room.limit = end - size - below;
  return end - size;
}

void BeginTrial() {
  waiting = {};
  Interrupt();
}

void KeepTrial() {
  trial_mappings = nullptr;
  // The larger rest stays in use.
  if (room.limit - room.next < waiting.limit - waiting.next) room = waiting;
  on_trial = false;
}

void DropTrial() {
  while (trial_mappings != nullptr) {
    TrialMapping* mapping = trial_mappings;
    trial_mappings = mapping->previous;
    sys::Unmap(std::bit_cast<uint64_t>(mapping), mapping->size);
  }
  if (on_trial) room = waiting;
  on_trial = false;
}

LastingMemory::LastingMemory(bool wanted) : interrupts_(wanted && on_trial) {
  if (interrupts_) Interrupt();
}

LastingMemory::~LastingMemory() {
  if (interrupts_) Interrupt();
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
