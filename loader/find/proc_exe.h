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

// Its absolute path, in the arena, without a symbolic link in it. Null without /proc, and for a
// path that is longer than PATH_MAX.
inline const char* ReadProcExe() {
  char buffer[4096];
  buffer[0] = '\0';
  const long size = sys::ReadLink(kProcExe, buffer, sizeof buffer);
  const bool is_path = size > 0 && buffer[0] == '/';
  return is_path ? ArenaString({buffer, static_cast<size_t>(size)}) : nullptr;
}

}  // namespace signet
