// SPDX-License-Identifier: MIT
//
// The dynamic linker's part in the end of the process: destructors.
//
// Input: the process. Output: a function to be called at exit. It runs once, in the thread that
// ends the process.
#pragma once

#include <cstdint>

#pragma GCC visibility push(hidden)

namespace signet {

// The address of a function that runs DT_FINI_ARRAY and DT_FINI of the program, then of the
// libraries in reverse order. The program gives it to atexit, or libc's interpreter calls it.
uint64_t RunDestructorsAddress();

}  // namespace signet

#pragma GCC visibility pop
