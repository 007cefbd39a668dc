// SPDX-License-Identifier: MIT
//
// GNU symbol versions: whether each version that a module needs is there.
//
// Input: decoded modules. Output: errors and warnings, in ld.so's words. It binds nothing. Used
// while linking at start, later under the loader lock.
#pragma once

#include "loader/process.h"

#pragma GCC visibility push(hidden)

namespace signet {

// Checks the natively linked modules among `modules`. As ld.so does, it reports every version that
// one of them needs of another module and that the other module does not define.
void CheckVersions(Process& process, std::span<Module* const> modules);

}  // namespace signet

#pragma GCC visibility pop
