// SPDX-License-Identifier: MIT
#include "sealer/attack/moved_break.h"

#include "base/syscall.h"
#include "elf/types.h"

namespace signet {
namespace {

// Field 47 of /proc/self/stat, or 0.
[[gnu::cold]] uint64_t StartOfBreak() {
  constexpr int kField = 47;
  char text[2048] = {};
  const long file = sys::Open("/proc/self/stat");
  if (sys::Failed(file)) return 0;
  const long size = sys::ReadAt(static_cast<int>(file), text, sizeof text, 0);
  sys::Close(static_cast<int>(file));
  if (size <= 0) return 0;
  const char* const end = text + size;
  // The name, which is field 2, may contain anything.
  const char* at = end;
  while (at != text && at[-1] != ')') --at;
  for (int field = 2; field < kField && at != end; ++at) field += *at == ' ' ? 1 : 0;
  uint64_t value = 0;
  for (; at != end && *at >= '0' && *at <= '9'; ++at)
    value = 10 * value + static_cast<uint64_t>(*at - '0');
  return value;
}

}  // namespace

// The kernel checks that the other addresses are in order, and not too low.
MovedBreak::MovedBreak() {
  constexpr uint64_t kLow = 0x10000;
  map_.start_code = kLow;
  map_.end_code = kLow + 1;
  map_.start_data = map_.end_data = map_.start_stack = kLow;
  map_.arg_start = map_.arg_end = map_.env_start = map_.env_end = kLow;
  map_.exe_fd = UINT32_MAX;
  first_start_ = StartOfBreak();
  first_end_ = static_cast<uint64_t>(sys::Call(__NR_brk, 0));
}

void MovedBreak::Set(uint64_t start, uint64_t end) {
  map_.start_brk = start;
  map_.brk = end;
}

void MovedBreak::Restore() {
  Set(first_start_, first_end_);
  sys::Call(__NR_prctl, PR_SET_MM, PR_SET_MM_MAP, &map_, sizeof map_, 0);
}

}  // namespace signet
