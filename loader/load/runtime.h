// SPDX-License-Identifier: MIT
//
// Modules of the libc runtime. libc's own interpreter must load them, because it shares private
// interfaces with them. Signet finds out which ones they are, and hands them over.
//
// Input: modules that are mapped and decoded. Output: modules of origin SIGNET_ORIGIN_ADOPTED, not
// mapped, with just what the closure still needs of them. After libc is up, adoption decodes them
// where the interpreter has put them.
#pragma once

#include "loader/process.h"

#pragma GCC visibility push(hidden)

namespace signet {

// Judges by what is in memory. If possible, identify.h judges by the file, before it is mapped.
bool IsRuntime(const Module& module);

// Unmaps the module (except for --list, which prints its address).
void LeaveToInterpreter(const Process& process, Module& module);

// The interpreter will also load what a module of the runtime needs. Signet must not load it a
// second time, so this hands over all of that.
void LeaveNeededToInterpreter(const Process& process, const List<Module*>& closure);

}  // namespace signet

#pragma GCC visibility pop
