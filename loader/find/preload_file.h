// SPDX-License-Identifier: MIT
//
// /etc/ld.so.preload: libraries that the machine's administrator wants in every program.
//
// Signet loads them, as it loads those of LD_PRELOAD. libc's interpreter must not load them a
// second time; libc/hide_preload_file.h sees to that.
//
// Input: the file. Output: its names, as text. It loads nothing.
#pragma once

#include "loader/open_files.h"

#pragma GCC visibility push(hidden)

namespace signet {

inline constexpr char kPreloadFile[] = "/etc/ld.so.preload";

// What the file lists, separated by spaces and colons, in the arena; null if it cannot be read.
const char* ReadPreloadFile(OpenFiles& open_files);

}  // namespace signet

#pragma GCC visibility pop
