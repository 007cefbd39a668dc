// SPDX-License-Identifier: MIT
#include "sealer/sealed_ranges.h"

#include <errno.h>

#include <algorithm>

#include "base/lock.h"
#include "base/map_anywhere.h"
#include "base/page.h"
#include "base/signals.h"
#include "base/syscall.h"
#include "elf/types.h"

namespace signet {
namespace {

// In pages of its own.
struct Table {
  uint64_t size;  // bytes of the mapping
  size_t capacity;
  size_t count;
  SealedRange ranges[];

  std::span<const SealedRange> view() const {
    return {ranges, __atomic_load_n(&count, __ATOMIC_ACQUIRE)};
  }
};

// There are two; the version's lowest bit tells which one is read (see loader/module_table.cc). A
// table that has become too small stays as it was, for those who still read it.
constinit Table* tables[2] = {};
constinit uint64_t version = 0;
constinit RecursiveLock update_lock;

// A handler that seals would otherwise wait for the thread that it has interrupted.
struct Update {
  const SignalsBlocked blocked;
  const LockHolder guard{update_lock};
};

std::span<const SealedRange> Current() {
  const Table* table = tables[version & 1];
  return table != nullptr ? table->view() : std::span<const SealedRange>();
}

// Of the one that is not read.
int ReserveSpare(size_t count) {
  Table*& spare = tables[(version + 1) & 1];
  const size_t needed = 2 * Current().size() + count;
  if (spare != nullptr && spare->capacity >= needed) return 0;
  const uint64_t size = PageUp(sizeof(Table) + 2 * needed * sizeof(SealedRange));
  const long mapped = MapAnywhere(size, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS);
  if (sys::Failed(mapped)) return sys::Errno(mapped);
  auto* table = std::bit_cast<Table*>(mapped);
  table->size = size;
  table->capacity = (size - sizeof(Table)) / sizeof(SealedRange);
  sys::Protect(static_cast<uint64_t>(mapped), size, PROT_READ);
  __atomic_store_n(&spare, table, __ATOMIC_RELEASE);
  return 0;
}

// What `look` makes of the ranges, which it may be shown several times: until they did not change
// meanwhile.
template <typename Look>
auto Read(Look look) {
  for (;;) {
    const uint64_t before = __atomic_load_n(&version, __ATOMIC_ACQUIRE);
    const Table* table = __atomic_load_n(&tables[before & 1], __ATOMIC_ACQUIRE);
    const auto result = look(table != nullptr ? table->view() : std::span<const SealedRange>());
    __atomic_thread_fence(__ATOMIC_ACQUIRE);
    if (__atomic_load_n(&version, __ATOMIC_RELAXED) == before) return result;
  }
}

void Append(SealedRange* merged, size_t& count, const SealedRange& range) {
  if (count != 0) {
    SealedRange& last = merged[count - 1];
    if (last.end == range.start && last.facts == range.facts && !last.Has(kWritable)) {
      last.end = range.end;
      return;
    }
  }
  merged[count++] = range;
}

}  // namespace

const SealedRange* FirstOverlap(std::span<const SealedRange> ranges, uint64_t start, uint64_t end) {
  const auto first = std::upper_bound(
      ranges.begin(), ranges.end(), start,
      [](uint64_t address, const SealedRange& range) { return address < range.end; });
  return first != ranges.end() && first->start < end ? &*first : nullptr;
}

size_t MergeRanges(std::span<const SealedRange> old, std::span<const SealedRange> fresh,
                   SealedRange* merged) {
  size_t count = 0;
  size_t next = 0;
  for (const SealedRange& range : fresh) {
    uint64_t at = range.start;
    while (at < range.end) {
      while (next < old.size() && old[next].end <= at) Append(merged, count, old[next++]);
      const uint64_t known = next < old.size() ? old[next].start : UINT64_MAX;
      if (known <= at) {
        at = old[next].end;
        continue;
      }
      const uint64_t end = std::min(range.end, known);
      Append(merged, count, {at, end, range.facts});
      at = end;
    }
  }
  while (next < old.size()) Append(merged, count, old[next++]);
  return count;
}

bool FindSealed(uint64_t start, uint64_t end, SealedRange& first) {
  return Read([&](std::span<const SealedRange> ranges) {
    const SealedRange* found = FirstOverlap(ranges, start, end);
    if (found != nullptr) first = *found;
    return found != nullptr;
  });
}

size_t CopySealed(SealedFact fact, std::span<SealedRange> copies) {
  return Read([&](std::span<const SealedRange> ranges) {
    size_t count = 0;
    for (const SealedRange& range : ranges) {
      if (!range.Has(fact)) continue;
      if (count < copies.size()) copies[count] = range;
      ++count;
    }
    return count;
  });
}

int ReserveSealed(size_t count) {
  const Update update;
  return ReserveSpare(count);
}

int AddSealed(std::span<const SealedRange> fresh) {
  const Update update;
  if (const int error = ReserveSpare(fresh.size())) return error;
  Table* spare = tables[(version + 1) & 1];
  const auto start = std::bit_cast<uint64_t>(spare);
  if (const long result = sys::Protect(start, spare->size, PROT_READ | PROT_WRITE);
      sys::Failed(result)) {
    return sys::Errno(result);
  }
  const size_t count = MergeRanges(Current(), fresh, spare->ranges);
  __atomic_store_n(&spare->count, count, __ATOMIC_RELEASE);
  sys::Protect(start, spare->size, PROT_READ);
  __atomic_store_n(&version, version + 1, __ATOMIC_RELEASE);
  return 0;
}

}  // namespace signet
