// SPDX-License-Identifier: MIT
//
// /etc/ld.so.preload: libraries that the machine's administrator wants in every program.
//
// Signet follows it, as it follows LD_PRELOAD. libc's interpreter must not:
// libc/hide_preload_file.h.
#pragma once

#include "loader/open_files.h"

#pragma GCC visibility push(hidden)

namespace signet {

inline constexpr char kPreloadFile[] = "/etc/ld.so.preload";

// What the file lists, separated by spaces and colons, in the arena; null if it cannot be read.
const char* ReadPreloadFile(OpenFiles& open_files);

}  // namespace signet

#pragma GCC visibility pop
