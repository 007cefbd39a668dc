// SPDX-License-Identifier: MIT
//
// The set of sealed ranges. If the kernel does not keep the seals, this set does: the backend
// `guard` fills it, and the guarded functions ask it.
//
// Input: ranges, and what is known about their memory. Output: the first sealed range that a call
// would touch, found in O(log n). Ranges are added, never removed. It does not know whether a range
// is mapped, and seals nothing by itself.
//
// Readers take no lock and may run in signal handlers and right after fork. They see the set from
// before an update, or from after it. Updates wait for each other, with signals blocked. The pages
// are read-only between updates.
#pragma once

#include <cstddef>
#include <cstdint>
#include <span>

#pragma GCC visibility push(hidden)

namespace signet {

// Facts about the memory of a range. They cannot change after it is sealed.
enum SealedFact : uint32_t {
  kAnonymous = 1,  // belongs to no file and to no device
  kWritable = 2,   // with PROT_WRITE; a protection key may still forbid it
  kShared = 4,     // MAP_SHARED
  kByProgram = 8,  // sealed by the program, not by the loader
};

struct SealedRange {
  uint64_t start = 0;  // page-aligned
  uint64_t end = 0;    // page-aligned, exclusive
  uint32_t facts = 0;

  bool Has(SealedFact fact) const { return (facts & fact) != 0; }
  friend bool operator==(const SealedRange&, const SealedRange&) = default;
};

// Calls emit(range) for each range of the union of `old` and `fresh`, in ascending order. Both are
// ascending and disjoint. The union has at most twice as many ranges as both together. Memory that
// is in both keeps its old facts. Adjacent ranges with the same facts become one unless they are
// writable: their protection keys may differ. `old` is a span or something like it.
template <typename Ranges, typename Emit>
void MergeRanges(const Ranges& old, std::span<const SealedRange> fresh, Emit emit) {
  SealedRange last;  // not emitted yet
  size_t next_old = 0;
  size_t next_fresh = 0;
  uint64_t done = 0;  // up to here the union is known
  for (;;) {
    while (next_fresh < fresh.size() && fresh[next_fresh].end <= done) ++next_fresh;
    const bool has_old = next_old < old.size();
    const bool has_fresh = next_fresh < fresh.size();
    if (!has_old && !has_fresh) break;
    const SealedRange known = has_old ? old[next_old] : SealedRange{UINT64_MAX, UINT64_MAX, 0};
    SealedRange part = has_fresh ? fresh[next_fresh] : known;
    if (part.start < done) part.start = done;
    if (known.start <= part.start) {
      part = known;
      ++next_old;
    } else if (known.start < part.end) {
      part.end = known.start;
    }
    done = part.end;
    if (last.end == part.start && last.facts == part.facts && !last.Has(kWritable)) {
      last.end = part.end;
    } else {
      if (last.start < last.end) emit(last);
      last = part;
    }
  }
  if (last.start < last.end) emit(last);
}

// False if no byte of [start, end) is sealed.
[[nodiscard]] bool FindSealed(uint64_t start, uint64_t end, SealedRange& first);

// Copies the ranges with `fact` to `copies`, as far as there is room; returns how many there are.
size_t CopySealed(SealedFact fact, std::span<SealedRange> copies);

// Makes sure that `count` more ranges can be added without new memory. Returns 0 or an errno.
int ReserveSealed(size_t count);

// Returns 0, or an errno, and then nothing is added.
int AddSealed(std::span<const SealedRange> fresh);

}  // namespace signet

#pragma GCC visibility pop
