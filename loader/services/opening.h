// SPDX-License-Identifier: MIT
//
// Loads a group while the program runs: a module with everything that it needs.
//
// It does for the group what the passes of main.cc do for the program: closure, versions,
// relocation, RELRO, seal, constructors. Everything that may fail is done on trial. Then the group
// is published as a whole. Then its constructors run.
//
// Input: a name and a mode, as dlopen gets them. Output: modules that are linked, sealed,
// published and initialised. If it fails it leaves nothing behind. Under the loader lock.
#pragma once

#include "loader/process.h"

#pragma GCC visibility push(hidden)

namespace signet {

// The module that `name` stands for on behalf of `caller`, with its count of dlopens increased. It
// may be there already: with RTLD_GLOBAL, its group becomes global. Null if there was an error;
// dlerror has the text.
Module* OpenGroup(Process& process, const char* name, int mode, Module& caller);

}  // namespace signet

#pragma GCC visibility pop
