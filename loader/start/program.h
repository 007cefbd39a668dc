// SPDX-License-Identifier: MIT
//
// The modules that are there before any DT_NEEDED is followed: the loader itself, the vdso, and the
// program, mapped by Signet or found where the kernel mapped it.
//
// Input: startup facts and options. Output: process.loader, process.vdso, process.program, mapped
// and decoded.
#pragma once

#include "loader/process.h"

#pragma GCC visibility push(hidden)

namespace signet {

// Describes the loader itself and the vdso.
void LoadSelf(Process& process);

// Ends the process if there is no program that can be run: status 127 if the file is not there, 126
// if it is.
void LoadProgram(Process& process);

}  // namespace signet

#pragma GCC visibility pop
