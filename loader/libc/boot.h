// SPDX-License-Identifier: MIT
//
// Boots libc with its own interpreter and an empty stand-in program.
//
// A libc and its interpreter share a private contract that changes with every release. Signet does
// not take part in it: the interpreter gets a program that lives only in memory and needs nothing
// but the runtime's modules. The interpreter calls Signet twice:
//  - as the program's DT_PREINIT_ARRAY, before it runs a constructor. The runtime is relocated and
//    the thread pointer is set. Then Signet links and seals, so that no constructor runs before the
//    seal, not even one of the runtime's;
//  - as AT_ENTRY, when it believes that it starts this program. libc is up, and no code of the real
//    program has run but its resolvers and its own DT_PREINIT_ARRAY.
//
// For the boot, libc also gets tunables (GLIBC_TUNABLES) that keep its surplus of static TLS small.
//
// Input: the closure, with static TLS laid out. Output: the auxiliary vector and the environment,
// as the interpreter is to see them before the boot, and as the program is to see them after it.
// Used at start.
#pragma once

#include "loader/process.h"

#pragma GCC visibility push(hidden)

namespace signet {

// Builds the stand-in program and points the auxiliary vector at it. The next step is a jump to the
// interpreter's entry. `fini` is the address of the function that libc is to call at the end.
void PrepareBoot(Process& process, uint64_t fini);

// The auxiliary vector and the environment as the real program is to see them.
void RestoreStartup(Process& process);

}  // namespace signet

#pragma GCC visibility pop
