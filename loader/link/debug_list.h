// SPDX-License-Identifier: MIT
//
// What debuggers see: struct r_debug and its list of modules, as <link.h> has them. Debuggers find
// it through the program's DT_DEBUG, or by the name _r_debug if the loader is run as a command.
//
// Input: the module table. Output: the list, and a call of _dl_debug_state at each change, where
// debuggers stop the process. It changes no list itself: module_table.h does. Under the loader lock
// once threads run.
#pragma once

#include "loader/process.h"

#pragma GCC visibility push(hidden)

namespace signet {

// Shows the list, the program first, and writes its address into the program's DT_DEBUG, which must
// still be writable.
void ShowToDebuggers(Process& process);

// DebugStateAdd is called before modules are added to the list, DebugStateDelete before they are
// removed, and DebugStateConsistent when that is done.
void DebugStateAdd();
void DebugStateDelete();
void DebugStateConsistent();

}  // namespace signet

#pragma GCC visibility pop
