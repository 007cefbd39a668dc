// SPDX-License-Identifier: MIT
//
// All modules of the process, for those who read while others link: in load order, and by address.
//
// Readers take no lock, allocate nothing and may run in signal handlers. Writers hold the loader
// lock. A module that is in the table is complete: linked, and sealed if it is to be. What is found
// may be unloaded at any time, unless the lock is held, or a ReadSection (unload.h), or it is known
// to be in use.
#pragma once

#include "loader/process.h"

#pragma GCC visibility push(hidden)

namespace signet {

// Makes sure that PublishModules will need no memory for `count` more.
void ReserveModules(size_t count);

// Appends modules, in this order. The first call begins the table: the program, the vdso, the rest.
void PublishModules(std::span<Module* const> modules);

// Takes those away that are dying. In the list they still lead on to others.
void RemoveDyingModules();

// The module whose span holds `address`, or null.
Module* FindModule(uint64_t address);

// Load order. Null at the end. Backwards, the loader lock is held.
Module* FirstModule();
Module* LastModule();
Module* NextModule(const Module& module);
Module* PreviousModule(const Module& module);

// So many modules were ever added, and removed.
uint64_t AddedCount();
uint64_t RemovedCount();

// The module that `handle` stands for, as dlopen gave it; null if it is none.
Module* ModuleOf(const void* handle);

}  // namespace signet

#pragma GCC visibility pop
