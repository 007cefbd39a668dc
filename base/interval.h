// SPDX-License-Identifier: MIT
//
// Half-open intervals of addresses, [start, end), in ascending order: where to find one, and how to
// cut one along others.
//
// Input: numbers. Output: numbers. Pure.
#pragma once

#include <cstddef>
#include <cstdint>

namespace signet {

// The index of the first of `count` elements whose key lies above `address`, or `count`. Keys do
// not descend. `key_at` returns the key at an index. There is no branch that depends on a key: half
// of the time it would be mispredicted. The last few are all looked at, because then no look has to
// wait for the one before.
template <typename KeyAt>
constexpr size_t FirstAbove(size_t count, uint64_t address, KeyAt key_at) {
  constexpr size_t kFew = 8;
  size_t first = 0;
  while (count > kFew) {
    const size_t half = count / 2;
    first += key_at(first + half - 1) <= address ? half : 0;
    count -= half;
  }
  size_t not_above = 0;
  for (size_t i = first; i < first + count; ++i) not_above += key_at(i) <= address ? 1 : 0;
  return first + not_above;
}

struct IntervalPiece {
  uint64_t start;
  uint64_t end;
  bool is_inside;  // it lies in the interval that it was cut along
};

// The first piece of [start, end), which is not empty, cut along `next`: what lies before `next`,
// or else what lies in it. `next` is the first interval that ends behind `start`, or null.
template <typename Interval>
constexpr IntervalPiece FirstPiece(uint64_t start, uint64_t end, const Interval* next) {
  if (next == nullptr || next->start >= end) return {start, end, false};
  if (next->start > start) return {start, next->start, false};
  return {start, next->end < end ? next->end : end, true};
}

}  // namespace signet
