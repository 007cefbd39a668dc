// SPDX-License-Identifier: MIT
#include "loader/pass_timer.h"

#include <time.h>

#include "base/syscall.h"

namespace signet {
namespace {

uint64_t Now() {
  timespec now = {};
  sys::ClockGettime(CLOCK_MONOTONIC, &now);
  return static_cast<uint64_t>(now.tv_sec) * 1'000'000'000 + static_cast<uint64_t>(now.tv_nsec);
}

}  // namespace

void PassTimer::Start(bool enabled) {
  enabled_ = enabled;
  if (enabled_) last_ = Now();
}

void PassTimer::Done(const char* pass) {
  if (!enabled_ || pass_count_ == kMaxPasses) return;
  const uint64_t now = Now();
  passes_[pass_count_++] = {pass, now - last_};
  last_ = now;
}

}  // namespace signet
