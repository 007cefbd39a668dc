// SPDX-License-Identifier: MIT
#include "sealer/sealed_ranges.h"

#include "base/interval.h"
#include "base/lock.h"
#include "base/map_anywhere.h"
#include "base/page.h"
#include "base/signals.h"
#include "base/syscall.h"
#include "base/versioned.h"

namespace signet {
namespace {

using Ranges = VersionedElements<SealedRange>;

// Each side lies in pages of its own.
constinit Versioned<SealedRange> table;
constinit RecursiveLock update_lock;

// Signals are blocked, because a handler that seals would otherwise wait forever for the thread
// that it has interrupted.
struct Update {
  const SignalsBlocked blocked;
  const LockHolder holder{update_lock};
};

int ProtectSpare(int protection) {
  const uint64_t size = PageUp(table.spare_capacity() * sizeof(SealedRange));
  const long result = sys::Protect(std::bit_cast<uint64_t>(table.spare_memory()), size, protection);
  return sys::Failed(result) ? sys::Errno(result) : 0;
}

int ReserveSpare(size_t count) {
  const size_t needed = 2 * (table.current().size() + count) + 1;
  if (table.spare_capacity() >= needed) return 0;
  const uint64_t size = PageUp(2 * needed * sizeof(SealedRange));
  const long mapped = MapAnywhere(size, PROT_READ, MAP_PRIVATE | MAP_ANONYMOUS);
  if (sys::Failed(mapped)) return sys::Errno(mapped);
  table.SetSpareMemory(std::bit_cast<SealedRange*>(mapped), size / sizeof(SealedRange));
  return 0;
}

}  // namespace

bool FindSealed(uint64_t start, uint64_t end, SealedRange& first) {
  return table.Read([&](const Ranges& ranges) {
    const size_t index = FirstAbove(
        ranges.size(), start, [&ranges](size_t i) { return ranges.Member(i, &SealedRange::end); });
    if (index == ranges.size()) return false;
    first = ranges[index];
    return first.start < end;
  });
}

size_t CopySealed(SealedFact fact, std::span<SealedRange> copies) {
  return table.Read([&](const Ranges& ranges) {
    size_t count = 0;
    for (size_t i = 0; i < ranges.size(); ++i) {
      const SealedRange range = ranges[i];
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
  if (const int error = ProtectSpare(PROT_READ | PROT_WRITE)) return error;
  size_t count = 0;
  MergeRanges(table.current(), fresh,
              [&count](const SealedRange& range) { table.Put(count++, range); });
  (void)ProtectSpare(PROT_READ);
  table.Publish(count);
  return 0;
}

}  // namespace signet
