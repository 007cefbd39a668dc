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
// not descend. `key_at` returns the key at an index. Each step adds a number or nothing, because a
// branch here would be mispredicted half of the time.
template <typename KeyAt>
constexpr size_t FirstAbove(size_t count, uint64_t address, KeyAt key_at) {
  size_t first = 0;
  while (count != 0) {
    const size_t step = (count + 1) / 2;
    first += key_at(first + step - 1) <= address ? step : 0;
    count -= step;
  }
  return first;
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
