// SPDX-License-Identifier: MIT
//
// The set of sealed ranges: what the backend `guard` keeps in place of the kernel, and what the
// guards ask.
//
// Input: ranges, and what is known of their memory. Output: the first sealed range that a call
// would touch, found in O(log n). Ranges are added, never removed. It does not know whether a range
// is mapped, and seals nothing by itself.
//
// Readers take no lock, may run in signal handlers and right after fork, and meet the set from
// before or from after an update. Updates wait for each other, with signals blocked. The pages are
// read-only between updates.
#pragma once

#include <cstddef>
#include <cstdint>
#include <span>

#pragma GCC visibility push(hidden)

namespace signet {

// Facts about the memory of a range. They cannot change once it is sealed.
enum SealedFact : uint32_t {
  kAnonymous = 1,  // not of a file, nor of a device
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

// The first of `ranges` that has a byte of [start, end), or null.
const SealedRange* FirstOverlap(std::span<const SealedRange> ranges, uint64_t start, uint64_t end);

// Writes the union of both to `merged`, which has room for twice `old` and `fresh`, and returns how
// many ranges it has. Each is ascending and disjoint in itself. What is in both keeps its old
// facts; adjacent ranges with the same facts become one, unless writable: their protection keys may
// differ.
size_t MergeRanges(std::span<const SealedRange> old, std::span<const SealedRange> fresh,
                   SealedRange* merged);

// False if no byte of [start, end) is sealed.
[[nodiscard]] bool FindSealed(uint64_t start, uint64_t end, SealedRange& first);

// Copies the ranges with `fact` to `copies`, as far as there is room; returns how many there are.
size_t CopySealed(SealedFact fact, std::span<SealedRange> copies);

// Makes sure that `count` more can be added without memory. 0 or an errno.
int ReserveSealed(size_t count);

// 0, or an errno with nothing added.
int AddSealed(std::span<const SealedRange> fresh);

}  // namespace signet

#pragma GCC visibility pop
