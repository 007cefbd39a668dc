// SPDX-License-Identifier: MIT
//
// The arguments of prctl(PR_SET_MM) that move the kernel's break, which needs no privilege.
//
// Input: where the break is to begin and to end. Output: what to pass to prctl. The break can be
// restored. Not thread-safe.
#pragma once

#include <sys/prctl.h>

#include <cstdint>

#pragma GCC visibility push(hidden)

namespace signet {

class MovedBreak {
 public:
  [[gnu::cold]] MovedBreak();  // notes the present break

  [[gnu::cold]] void Set(uint64_t start, uint64_t end);
  const prctl_mm_map& map() const { return map_; }

  // By a call of its own. Everything else that the map says about the process is lost.
  [[gnu::cold]] void Restore();

 private:
  prctl_mm_map map_ = {};
  uint64_t first_start_ = 0;
  uint64_t first_end_ = 0;
};

}  // namespace signet

#pragma GCC visibility pop
