// SPDX-License-Identifier: MIT
//
// Modules that no other module needs, but that the user or the administrator wants: LD_PRELOAD,
// --preload and /etc/ld.so.preload.
//
// Input: the options and the file. Output: members of the program's closure. What cannot be
// preloaded is reported and left out, and is not an error, as under ld.so.
#pragma once

#include "loader/load/load_library.h"

#pragma GCC visibility push(hidden)

namespace signet {

void LoadPreloads(Process& process, const ClosureMembers& members, LibraryLoader& libraries);

}  // namespace signet

#pragma GCC visibility pop
