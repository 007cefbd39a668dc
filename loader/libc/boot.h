// SPDX-License-Identifier: MIT
//
// Boots libc with its own interpreter and an empty stand-in program, and adopts what the
// interpreter has loaded.
//
// A libc and its interpreter share a private contract that changes with every release. Signet does
// not take part in it: the interpreter gets a program that lives only in memory and needs nothing
// but the runtime's modules. When it believes that it starts this program, it jumps to AT_ENTRY,
// which is Signet's continuation: libc is up, the thread pointer is set, and no code of the real
// program has run.
//
// Input: the closure, with static TLS laid out. Output: adopted modules, decoded where the
// interpreter mapped them.
#pragma once

#include "loader/process.h"

#pragma GCC visibility push(hidden)

namespace signet {

// Builds the stand-in program and points the auxiliary vector at it. What follows is a jump to the
// interpreter's entry. `fini` is the address of the function that libc is to call at the end.
void PrepareBoot(Process& process, uint64_t fini);

// Makes it read-only, once its TLS image is filled: threads to come get their initial values from
// it.
void CloseStandIn(Diagnostics& diagnostics, const StandIn& stand_in);

// The auxiliary vector and the environment as the real program is to see them.
void RestoreStartup(Process& process);

// Finds the runtime's modules where the interpreter mapped them, and makes their RELRO anonymous.
void AdoptRuntime(Process& process);

// Finds one that the interpreter has loaded since, by its path. Its RELRO is left as it is, closed.
// False if that was an error.
bool AdoptLater(Process& process, Module& module);

}  // namespace signet

#pragma GCC visibility pop
