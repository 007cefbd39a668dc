// SPDX-License-Identifier: MIT
//
// GNU symbol versions: whether each version that a module needs is there.
//
// Input: decoded modules. Output: errors and warnings, in ld.so's words.
#pragma once

#include "loader/process.h"

#pragma GCC visibility push(hidden)

namespace signet {

// Reports every version that one of `modules`, natively linked, needs of another one and that is
// not there, as ld.so does.
void CheckVersions(Process& process, std::span<Module* const> modules);

}  // namespace signet

#pragma GCC visibility pop
