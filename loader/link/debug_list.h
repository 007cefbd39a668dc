// SPDX-License-Identifier: MIT
//
// The rendezvous with debuggers: struct r_debug and its list of modules, as <link.h> has them,
// found through the program's DT_DEBUG, or by the name _r_debug where the loader is run as a
// command.
#pragma once

#include "loader/process.h"

#pragma GCC visibility push(hidden)

namespace signet {

// Shows the list, the program first, and writes the address into the program's DT_DEBUG, which must
// be writable still.
void PublishDebug(Process& process);

// Between one of the first two and the last, modules are added to the list, or taken off it.
void DebugStateAdd();
void DebugStateDelete();
void DebugStateConsistent();

}  // namespace signet

#pragma GCC visibility pop
