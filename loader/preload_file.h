// SPDX-License-Identifier: MIT
//
// /etc/ld.so.preload: libraries that the machine's administrator wants in every program.
//
// It is Signet's to follow, as LD_PRELOAD is: libc's interpreter would load them for the runtime
// alone, a second time, and run their constructors before anything is sealed.
#pragma once

#include "loader/module.h"

#pragma GCC visibility push(hidden)

namespace signet {

inline constexpr char kPreloadFile[] = "/etc/ld.so.preload";

// What the file lists, separated by spaces and colons, in the arena; null if it cannot be read.
const char* ReadPreloadFile();

// Takes the file's name out of the constants of libc's interpreter, which does not find it then.
// Ends the process if that cannot be done.
void HidePreloadFile(const Module& interpreter);

}  // namespace signet

#pragma GCC visibility pop
