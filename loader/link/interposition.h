// SPDX-License-Identifier: MIT
//
// Definitions that take the place of the one that the scope has, whatever the order of the scope.
//
// Input: what symbol resolution has found. Output: the definition that counts.
#pragma once

#include "loader/link/resolve.h"

#pragma GCC visibility push(hidden)

namespace signet {

// Of an STB_GNU_UNIQUE symbol there is one in the process, whoever can see it: that of the module
// which was loaded first.
Definition UniqueOf(const Definition& definition, const char* name);

// For a reference of a module: UniqueOf, and the functions that must be the loader's own.
Definition Interpose(const Process& process, const Definition& definition, const char* name);

}  // namespace signet

#pragma GCC visibility pop
