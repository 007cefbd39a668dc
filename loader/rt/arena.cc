// SPDX-License-Identifier: MIT
#include "loader/rt/arena.h"

#include "elf/types.h"
#include "loader/report.h"
#include "loader/sys/syscall.h"

namespace signet {
namespace {

// What a small program takes: first the rest of the page that the loader's own variables begin,
// then a chunk that is populated at once, which is cheaper than a fault for each page.
constexpr size_t kFirstBlock = 2560;
constexpr size_t kFirstChunk = size_t{20} * 1024;
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

alignas(16) constinit std::byte first_block[kFirstBlock] = {};
constinit Room room;     // where the next bytes come from
constinit Room waiting;  // of the two, lasting and on trial, the one not in use
constinit bool has_chunk = false;
constinit bool on_trial = false;
constinit TrialMapping* trial_mappings = nullptr;

uint64_t MapMemory(size_t size, int flags) {
  if (on_trial) size = elf::PageUp(size + sizeof(TrialMapping));
  const long mapped =
      sys::Map(0, size, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS | flags);
  if (sys::Failed(mapped)) Fatal("cannot allocate memory");
  if (!on_trial) return static_cast<uint64_t>(mapped);
  auto* head = std::bit_cast<TrialMapping*>(mapped);
  *head = {trial_mappings, size};
  trial_mappings = head;
  return std::bit_cast<uint64_t>(head + 1);
}

void StartChunk() {
  if (room.limit == 0 && !on_trial) {
    room = {std::bit_cast<uint64_t>(&first_block[0]),
            std::bit_cast<uint64_t>(&first_block[0] + kFirstBlock)};
    return;
  }
  const size_t size = on_trial    ? kTrialChunk - sizeof(TrialMapping)
                      : has_chunk ? kChunk
                                  : kFirstChunk;
  const uint64_t start = MapMemory(size, has_chunk ? 0 : MAP_POPULATE);
  room = {start, start + size};
  has_chunk = true;
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
  if (size > kLarge) return std::bit_cast<void*>(MapMemory(elf::PageUp(size), 0));
  for (;;) {
    const uint64_t start = (room.next + align - 1) & ~(align - 1);
    if (start <= room.limit && size <= room.limit - start) {
      room.next = start + size;
      return std::bit_cast<void*>(start);
    }
    StartChunk();
  }
}

uint64_t ArenaPages(size_t size) {
  if (!has_chunk) StartChunk();
  const uint64_t page = elf::PageUp(room.next);
  if (page > room.limit || size > room.limit - page) return MapMemory(size, 0);
  room.limit -= size;
  return room.limit;
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
