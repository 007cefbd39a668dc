// SPDX-License-Identifier: MIT
//
// From a module to the closure of its DT_NEEDED: every module found, mapped and decoded, in
// breadth-first order.
//
// This room turns names into modules in memory. closure.cc is its order of work; load_library.h
// loads one library, runtime.h and interpreter.h decide what libc's own interpreter loads, and
// map.h and decode.h are what is done with each file. It relocates nothing.
//
// Input: process.program and the options, or a name for dlopen. Output: lists of modules. Modules
// of the libc runtime are looked at but do not stay mapped, because libc's own interpreter maps
// them; only the interpreter itself stays. Errors are reported as they are found. Not thread-safe:
// used while linking, under the loader lock.
#pragma once

#include "loader/process.h"

#pragma GCC visibility push(hidden)

namespace signet {

// Fills process.modules, which is the global scope, and process.interpreter. The process ends if
// there were errors, but only after all of the closure was seen.
void LoadClosure(Process& process);

// For dlopen. Finds or loads the module that `name` means for `requester`, with everything that it
// needs. `group` gets them in the order of a search: breadth-first, the module itself first, but
// filtees (DT_FILTER, DT_AUXILIARY) in front of their filters. New modules of the
// runtime are not mapped, all other new ones are. Null if there was an error. If the dlopen fails,
// here or later, the caller has to unmap the new modules in `group`.
Module* LoadGroup(Process& process, const char* name, Module& requester, List<Module*>& group);

// The same list for a module that is linked already.
void ListGroup(Process& process, Module& root, List<Module*>& group);

}  // namespace signet

#pragma GCC visibility pop
