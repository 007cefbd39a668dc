// SPDX-License-Identifier: MIT
//
// The program: Signet maps it when it was started as a command, and finds it where the kernel
// mapped it when it is the program's PT_INTERP.
//
// This room is the start: the way into the loader (start.S), its options, the modules that come
// before all others (self.h, program.h), and what --list and --stats print.
//
// Input: startup facts and options. Output: process.program, mapped and decoded. It follows no
// DT_NEEDED.
#pragma once

#include "loader/process.h"

#pragma GCC visibility push(hidden)

namespace signet {

// Ends the process if there is no program that can be run: with status 127 if the file is not
// there, with 126 if it is. The loader itself is described already; its path is completed.
void LoadProgram(Process& process);

}  // namespace signet

#pragma GCC visibility pop
