// SPDX-License-Identifier: MIT
//
// Which module of the process a name stands for. Nothing is loaded.
//
// Input: a name, as dlopen gets it. Output: a module, or null. Under the loader lock.
#pragma once

#include "loader/process.h"

#pragma GCC visibility push(hidden)

namespace signet {

// By the names that modules are known by.
Module* FindLoadedByName(Process& process, const char* name);

// By the file that a search for `name` on behalf of `caller` finds: the module may be known by
// another name.
Module* FindLoadedByFile(Process& process, const char* name, Module& caller);

}  // namespace signet

#pragma GCC visibility pop
