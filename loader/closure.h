// SPDX-License-Identifier: MIT
//
// From the program to the closure of its DT_NEEDED: every module found, mapped and decoded, in
// breadth-first order.
//
// Input: process.program and the options. Output: process.modules, which is the global scope, and
// process.interpreter. Modules of the libc runtime are looked at and unmapped again, since libc's
// own interpreter is to map them. Errors are reported as they are found, and end the process when
// all of the closure has been seen. It relocates nothing.
#pragma once

#include "loader/process.h"

#pragma GCC visibility push(hidden)

namespace signet {

void LoadClosure(Process& process);

}  // namespace signet

#pragma GCC visibility pop
