// SPDX-License-Identifier: MIT
//
// Code that no signal handler of its thread may interrupt.
//
// Input: a scope. Output: in it, signals are blocked for this thread; behind it, the mask is as it
// was. Safe in any context.
#pragma once

#include <cstdint>

#include "base/syscall.h"

#pragma GCC visibility push(hidden)

namespace signet {

// While this lives, no signal handler runs in this thread.
class SignalsBlocked {
 public:
  SignalsBlocked() {
    constexpr uint64_t kAll = ~uint64_t{0};
    sys::SetSignalMask(/* SIG_BLOCK */ 0, &kAll, &old_mask_);
  }
  ~SignalsBlocked() { sys::SetSignalMask(/* SIG_SETMASK */ 2, &old_mask_, nullptr); }
  SignalsBlocked(const SignalsBlocked&) = delete;
  SignalsBlocked& operator=(const SignalsBlocked&) = delete;

 private:
  uint64_t old_mask_ = 0;
};

}  // namespace signet

#pragma GCC visibility pop
