// SPDX-License-Identifier: MIT
//
// How long each pass took, for `--stats`.
//
// Input: a call at the end of each pass. Output: names and times. Not thread-safe: used while
// linking at start.
#pragma once

#include <cstddef>
#include <cstdint>
#include <span>

#pragma GCC visibility push(hidden)

namespace signet {

class PassTimer {
 public:
  // If it is not enabled, no clock is read: other starts do not pay for it.
  void Start(bool enabled);

  // The time since the last call belongs to this pass. `pass` must be a literal.
  void Done(const char* pass);

  struct Pass {
    const char* name;
    uint64_t nanoseconds;
  };
  // In the order in which they were done.
  std::span<const Pass> passes() const { return {passes_, pass_count_}; }
  bool is_enabled() const { return enabled_; }

 private:
  static constexpr size_t kMaxPasses = 16;

  Pass passes_[kMaxPasses] = {};
  size_t pass_count_ = 0;
  uint64_t last_ = 0;
  bool enabled_ = false;
};

}  // namespace signet

#pragma GCC visibility pop
