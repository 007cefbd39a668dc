// SPDX-License-Identifier: MIT
//
// The end of the process, as far as it is the dynamic linker's: destructors.
#pragma once

#include <cstdint>

#pragma GCC visibility push(hidden)

namespace signet {

// What runs DT_FINI_ARRAY and DT_FINI of the program, then of the libraries in reverse order: for
// atexit, or for libc's interpreter to call.
uint64_t FiniAddress();

}  // namespace signet

#pragma GCC visibility pop
