// SPDX-License-Identifier: MIT
//
// All modules of the process, for threads that read while another one links: in load order, and by
// address.
//
// Readers take no lock, allocate nothing and may run in signal handlers. Writers hold the loader
// lock. A module in the table is complete: linked, and sealed if it is to be sealed. A module that
// is found may be unloaded at any time, unless the reader holds the lock or a ReadSection
// (unload.h), or knows that the module is in use.
#pragma once

#include "loader/process.h"

#pragma GCC visibility push(hidden)

namespace signet {

// Makes sure that PublishModules will need no memory for `count` more.
void ReserveModules(size_t count);

// Appends modules, in this order. The first call has the program, the vdso and the others.
void PublishModules(std::span<Module* const> fresh);

// Removes the modules that are dying. A reader that has reached one still finds the next module.
void RemoveDyingModules();

// The module whose span holds `address`, or null.
Module* FindModule(uint64_t address);

// In load order; null at the end. The caller of the two that go backwards holds the loader lock.
Module* FirstModule();
Module* LastModule();
Module* NextModule(const Module& module);
Module* PreviousModule(const Module& module);

// How many modules were ever added, and removed.
uint64_t AddedCount();
uint64_t RemovedCount();

// The module of a handle that dlopen returned; null for any other pointer.
Module* ModuleOf(const void* handle);

}  // namespace signet

#pragma GCC visibility pop
