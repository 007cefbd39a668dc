// SPDX-License-Identifier: MIT
//
// An array that lives as long as its scope, in a mapping of its own. It is for code that may run in
// signal handlers and therefore cannot use the arena.
//
// Input: the number of elements. Output: zeroed memory, or null. No lock: safe in any context.
#pragma once

#include <bit>
#include <cstddef>
#include <cstdint>

#include "base/map_anywhere.h"
#include "base/page.h"
#include "base/syscall.h"

#pragma GCC visibility push(hidden)

namespace signet {

// Zeroed memory for at least `count` elements, of a type whose zero bytes are a value.
template <typename T>
class Scratch {
 public:
  explicit Scratch(size_t count) : size_(PageUp(count * sizeof(T))) {
    const long mapped = MapAnywhere(size_, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS);
    if (!sys::Failed(mapped)) first_ = std::bit_cast<T*>(mapped);
  }
  ~Scratch() {
    if (first_ != nullptr) sys::Unmap(std::bit_cast<uint64_t>(first_), size_);
  }
  Scratch(const Scratch&) = delete;
  Scratch& operator=(const Scratch&) = delete;

  T* first() const { return first_; }  // null if there was no memory
  size_t capacity() const { return size_ / sizeof(T); }

 private:
  uint64_t size_;  // bytes
  T* first_ = nullptr;
};

}  // namespace signet

#pragma GCC visibility pop
