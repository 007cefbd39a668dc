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

// For dlopen: what `name` stands for on behalf of `requester`, with all that it needs, in
// breadth-first order, itself first. New modules are mapped, those of the runtime only looked at.
// Null if there was an error; what is in `group` and new is the caller's to unmap.
Module* LoadGroup(Process& process, const char* name, Module& requester, List<Module*>& group);

// Adds all that a module may be called by.
void MakeKnown(Module& module, ModuleNames& names);

}  // namespace signet

#pragma GCC visibility pop
