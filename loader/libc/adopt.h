// SPDX-License-Identifier: MIT
//
// Adopts the runtime: the modules that libc's interpreter has loaded.
//
// Input: the list of modules that the interpreter keeps for debuggers, and modules whose files
// Signet has read. Output: the same modules, decoded where the interpreter mapped them, with their
// static TLS offsets. It does not bind them anew: that is Relocator::Rebind. Used while linking at
// start, later under the loader lock.
#pragma once

#include "loader/process.h"

#pragma GCC visibility push(hidden)

namespace signet {

// Finds the runtime's modules, and makes their RELRO anonymous.
void AdoptRuntime(Process& process);

// Finds, by its path, a module that the interpreter has loaded later. Its RELRO stays closed. False
// if there was an error.
[[nodiscard]] bool AdoptLater(Process& process, Module& module);

// The entries of PT_DYNAMIC as they are in the file: in memory, glibc turns some into addresses.
std::span<const elf::Dyn> FileEntries(const Module& module);

}  // namespace signet

#pragma GCC visibility pop
