// SPDX-License-Identifier: MIT
//
// `--stats`: how long each pass took, and what it did, to stderr.
#pragma once

#include "loader/link/relocate.h"
#include "loader/seal/seal.h"

#pragma GCC visibility push(hidden)

namespace signet {

class PassTimer {
 public:
  // Without `enabled`, no clock is read.
  void Start(bool enabled);

  // What has passed since the last call is this pass's. `pass` must be a literal.
  void Done(const char* pass);

  void Report(const Process& process, const Relocator* relocator, const SealResult& sealed) const;

 private:
  struct Pass {
    const char* name;
    uint64_t nanoseconds;
  };
  static constexpr size_t kMaxPasses = 16;

  Pass passes_[kMaxPasses] = {};
  size_t pass_count_ = 0;
  uint64_t last_ = 0;
  bool enabled_ = false;
};

}  // namespace signet

#pragma GCC visibility pop
