// SPDX-License-Identifier: MIT
//
// What is sealed is what was meant. Before the seal, foreign IFUNC resolvers have run, at a dlopen
// other threads run, and what libc opens by itself was open to all code for a while: they may have
// changed the protection of a module's memory, its contents, or what is mapped there. A seal would
// make that last. So, in this order:
//
//   RestoreProtection   gives each range its planned protection
//   (the seal)          from now on nobody changes protection or mapping
//   InspectSealed       makes sure that nobody did so in between, and that the bytes are the file's
//
// What the kernel still allows behind a seal is used here: MADV_DONTNEED on a private mapping of a
// file brings the file's bytes back. A breakpoint in the text may stay, because debuggers and
// probes set them; it is no code of an attacker's.
//
// Memory that is not what was planned cannot be changed any more, so InspectSealed ends the process
// with status 126. It sees nothing where /proc is not there, and before Linux 6.11: what remains is
// in docs/threat-model.md. Values in RELRO and variables are not looked at, because nobody knows
// what they should be.
//
// Input: what is planned; sealed modules, which are in the seal record. Output: nothing, or the end
// of the process. Under the loader lock.
#pragma once

#include "loader/process.h"
#include "sealer/plan.h"

#pragma GCC visibility push(hidden)

namespace signet {

void RestoreProtection(const LedgerEntries& planned);

void InspectSealed(const Process& process, std::span<Module* const> modules);

// At the start: all modules, and the vdso, the stand-in program and ld.so.cache.
void InspectStart(const Process& process);

}  // namespace signet

#pragma GCC visibility pop
