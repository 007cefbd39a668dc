// SPDX-License-Identifier: MIT
//
// Constructors and destructors of natively linked modules, in ld.so's order.
//
// Input: the closure, relocated and sealed. Output: none; other people's code runs. The program's
// own constructors are its start code's business, through libc; without libc, the program's.
#pragma once

#include "loader/process.h"

#pragma GCC visibility push(hidden)

namespace signet {

// Dependencies first; within a cycle, as ld.so's depth-first walk meets them. Fills
// process.init_order.
void OrderConstructors(Process& process);

// DT_PREINIT_ARRAY of the program, then DT_INIT and DT_INIT_ARRAY of every library.
void RunConstructors(Process& process);

// What runs DT_FINI_ARRAY and DT_FINI of the program, then of the libraries in reverse order: for
// atexit, or for libc's interpreter to call.
uint64_t FiniAddress();

}  // namespace signet

#pragma GCC visibility pop
