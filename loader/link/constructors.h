// SPDX-License-Identifier: MIT
//
// Constructors and destructors of natively linked modules, in ld.so's order.
//
// Input: the closure, relocated and sealed. Output: none, but other people's code runs. It does not
// run the program's own constructors: the program's start code does, through libc if there is one.
// Used at start, by dlopen and dlclose under the loader lock, and at exit.
#pragma once

#include "loader/process.h"

#pragma GCC visibility push(hidden)

namespace signet {

// Calls visit(module) for what `module` depends on, in the order in which ld.so's walks follow it.
// ld.so replaces what a module needs by the whole sorted group, when it was the root of a dlopen.
// No walk goes through the program.
template <typename Visit>
void ForEachDependency(const Module& module, Visit visit) {
  const std::span<Module* const> direct = module.closure.needed;
  for (Module* other : module.init.sorted.empty() ? direct : module.init.sorted) {
    if (other->origin != SIGNET_ORIGIN_PROGRAM) visit(*other);
  }
}

// Adds the libraries among `modules` to `order`, dependencies first; within a cycle, in the order
// in which ld.so's depth-first walk meets them.
void OrderConstructors(Process& process, std::span<Module* const> modules, List<Module*>& order);

// A dlopen returns `root` for the first time. `order` is that of its group.
void KeepOrder(Module& root, std::span<Module* const> order);

// DT_PREINIT_ARRAY of the program.
void RunPreinit(const Process& process);

// DT_INIT and DT_INIT_ARRAY of each module that has not been initialised. Constructors may load
// more modules.
void RunConstructors(const Process& process, std::span<Module* const> order);

// Which modules OrderDestructors is about.
enum class Destruction : uint8_t { kOfAll, kOfDying };

// The first of these modules in glibc's order of destructors; ModuleUnload::next_removed leads to
// the others. It is a depth-first walk as for constructors, which begins at the module that was
// loaded last, and puts each module in front of those that it met before; or the order of
// old_order.h, if there is memory for it.
Module* OrderDestructors(Process& process, Destruction which);

// DT_FINI_ARRAY and DT_FINI of one module, which was initialised.
void RunModuleDestructors(const Process& process, const Module& module);

}  // namespace signet

#pragma GCC visibility pop
