// SPDX-License-Identifier: MIT
//
// `--list`: the modules of a program, as ld.so --list (and so ldd) prints them.
//
// Input: the closure, loaded but not linked. Output: lines on stdout.
#pragma once

#include "loader/process.h"

#pragma GCC visibility push(hidden)

namespace signet {

void ListModules(const Process& process);

}  // namespace signet

#pragma GCC visibility pop
