// SPDX-License-Identifier: MIT
//
// Closed modules: those that ld.so would have unloaded, because no module needs them that is open
// or was there at the start. If unloading is off (services/unload.h), they stay in memory with
// their state. A dlopen finds them again if their files are still the same, and so are those of
// the closed modules that they need. Otherwise it loads the new file beside them.
//
// Input: the counts of dlopen. Output: ModuleOpened::is_closed, which the load passes read. Under
// the loader lock.
#pragma once

#include "loader/process.h"

#pragma GCC visibility push(hidden)

namespace signet {

// After a dlclose.
void MarkClosed();

// A dlopen has found `module`: it is open, with all that it needs.
void MarkOpen(Module& module);

}  // namespace signet

#pragma GCC visibility pop
