// SPDX-License-Identifier: MIT
//
// The rendezvous with debuggers: struct r_debug and its list of modules, as <link.h> has them,
// found through the program's DT_DEBUG.
#pragma once

#include "loader/process.h"

#pragma GCC visibility push(hidden)

namespace signet {

// Lists all modules, the program first, and writes the address into the program's DT_DEBUG, which
// must be writable still.
void PublishDebug(Process& process);

// Between these, modules are added to the list.
void DebugStateAdd();
void DebugStateConsistent();

}  // namespace signet

#pragma GCC visibility pop
