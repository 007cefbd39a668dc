// SPDX-License-Identifier: MIT
//
// The group of a module: itself and everything that it needs. It is what dlopen opens, and what
// dlsym searches.
//
// Input: a module whose closure is complete. Output: its group, in breadth-first order, with the
// loader in front of the runtime. It is found when first asked for, and then remembered. Under the
// loader lock.
#pragma once

#include "loader/process.h"

#pragma GCC visibility push(hidden)

namespace signet {

std::span<Module* const> GroupOf(Process& process, Module& root);

}  // namespace signet

#pragma GCC visibility pop
