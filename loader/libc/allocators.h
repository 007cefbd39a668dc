// SPDX-License-Identifier: MIT
//
// The functions with which libc's interpreter allocates: it uses the program's malloc and its
// family, once there is one, for what it keeps for libc, such as the vectors of new threads. It
// looks for them in its program first, which is the stand-in.
//
// Input: the closure, before libc is up. Output: which of these functions a native module defines.
// Nothing is called. Used while linking at start.
#pragma once

#include <span>
#include <string_view>

#include "loader/process.h"

#pragma GCC visibility push(hidden)

namespace signet {

class Allocators {
 public:
  // aligned_alloc counts for musl's interpreter, which asks only whether somebody has replaced it.
  static constexpr size_t kMax = 5;

  void Add(std::string_view name, uint64_t address) {
    names_[size_] = name;
    addresses_[size_++] = address;
  }

  bool empty() const { return size_ == 0; }
  size_t size() const { return size_; }
  std::span<const std::string_view> names() const { return {names_, size_}; }
  uint64_t address(size_t i) const { return addresses_[i]; }

 private:
  std::string_view names_[kMax];
  uint64_t addresses_[kMax] = {};
  size_t size_ = 0;
};

// Those to which libc's own references will be bound. An IFUNC is none of them, because its
// resolver cannot be called before its module is relocated.
Allocators FindAllocators(const Process& process);

}  // namespace signet

#pragma GCC visibility pop
