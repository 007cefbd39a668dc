// SPDX-License-Identifier: MIT
//
// Chooses the backend that holds the seals. --backend names it; otherwise it is mseal if the kernel
// has it, else the one that --fallback names.
//
// Input: options, and the kernel's answer to an mseal of no bytes. Output: process.backend; if that
// backend guards calls, the guards are among the loader's symbols (guards.h). It seals nothing
// (seal.h).
#pragma once

#include "loader/process.h"

#pragma GCC visibility push(hidden)

namespace signet {

// Before libc is booted. It also begins the seal record of the process. Ends the process with
// status 126 if --require cannot be met.
void ChooseBackend(Process& process);

// True if mseal holds the seals.
bool IsByMseal(const Process& process);

// True if calls of libc's functions are to be guarded.
bool IsGuarded(const Process& process);

}  // namespace signet

#pragma GCC visibility pop
