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

// The libraries among `modules`, dependencies first; within a cycle, as ld.so's depth-first walk
// meets them.
void OrderConstructors(Process& process, std::span<Module* const> modules, List<Module*>& order);

// DT_PREINIT_ARRAY of the program.
void RunPreinit(const Process& process);

// DT_INIT and DT_INIT_ARRAY of each module that has not been initialised. They may load more.
void RunConstructors(const Process& process, std::span<Module* const> order);

// DT_FINI_ARRAY and DT_FINI of one module, which was initialised.
void RunModuleDestructors(const Process& process, const Module& module);

}  // namespace signet

#pragma GCC visibility pop
