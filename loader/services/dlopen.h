// SPDX-License-Identifier: MIT
//
// dlopen and dlclose: modules that come while the program runs.
//
// A dlopen does for a group (a module with all that it needs) what the passes of main.cc do for the
// program: closure, versions, relocation, RELRO, seal, constructors. All that may fail is done on
// trial; then the group is published at once; then its constructors run.
//
// Input: the caller's wishes. Output: handles. Errors are for dlerror; a dlopen that fails leaves
// nothing behind. Thread-safe, by the loader lock, which is held while constructors run, as ld.so's
// is; readers of the module table do not wait for it.
#pragma once

#include "loader/process.h"

#pragma GCC visibility push(hidden)

namespace signet {

// `caller` is an address in the code that asks: its module's DT_RUNPATH counts. The handle is the
// module's link map; null if that was an error, or with RTLD_NOLOAD if the module is not there.
void* DlOpen(const char* name, int mode, uint64_t caller);

// 0, or -1 if that was an error. Unless --dlopen-seal says otherwise (unload.h) the module stays
// mapped, and initialised; its destructors run when the program exits.
int DlClose(void* handle);

// A module and all that it needs, breadth-first, the loader in front of the runtime. The loader
// lock is held.
std::span<Module* const> GroupOf(Process& process, Module& root);

}  // namespace signet

#pragma GCC visibility pop
