// SPDX-License-Identifier: MIT
//
// LD_SHOW_AUXV: prints the auxiliary vector as the kernel has made it, in ld.so's form.
//
// Input: the stack. Output: lines on standard output. Used at start, before anything is changed.
#pragma once

#include "loader/startup.h"

#pragma GCC visibility push(hidden)

namespace signet {

void ShowAuxv(const Startup& startup);

}  // namespace signet

#pragma GCC visibility pop
