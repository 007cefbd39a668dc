// SPDX-License-Identifier: MIT
//
// /proc/self/exe: the file that the kernel has started.
//
// Input: none. Output: its path. Reading it is slow, so callers ask only if AT_EXECFN is not
// enough.
#pragma once

#include "base/arena.h"
#include "base/syscall.h"

namespace signet {

inline constexpr char kProcExe[] = "/proc/self/exe";

// Its path, in the arena; null without /proc.
inline const char* ReadProcExe() {
  char buffer[4096];
  const long size = sys::ReadLink(kProcExe, buffer, sizeof buffer);
  return size > 0 ? ArenaString({buffer, static_cast<size_t>(size)}) : nullptr;
}

}  // namespace signet
