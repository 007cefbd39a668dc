// SPDX-License-Identifier: MIT
//
// The order of glibc before 2.35, which later releases keep for programs that ask for it by
// GLIBC_TUNABLES=glibc.rtld.dynamic_sort=1.
//
// Input: modules in load order. Output: each module before those that it uses. In a cycle nothing
// else decides than where the steps of glibc's _dl_sort_maps_original lead, so these are the same
// steps. Under the loader lock, or at the start.
#pragma once

#include "loader/link/constructors.h"

#pragma GCC visibility push(hidden)

namespace signet {

// For constructors, in the reverse of their order.
void SortForConstructors(std::span<Module*> modules);

// For destructors. Modules that `which` is not about keep their place.
void SortForDestructors(std::span<Module*> modules, Destruction which);

}  // namespace signet

#pragma GCC visibility pop
