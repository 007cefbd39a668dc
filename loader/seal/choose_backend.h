// SPDX-License-Identifier: MIT
//
// Which backend holds the seals: mseal where the kernel has it, else what --fallback says, or what
// --backend demands.
//
// Input: options, and the kernel's answer to one mseal of nothing. Output: process.backend; where
// calls are to be guarded, the guards among the loader's symbols. It seals nothing (seal.h).
#pragma once

#include "loader/process.h"

#pragma GCC visibility push(hidden)

namespace signet {

// Before libc is booted; begins the process's seal record. Ends the process with status 126 where
// --require cannot be met.
void ChooseBackend(Process& process);

// True if mseal holds the seals.
bool IsByMseal(const Process& process);

// True if calls of libc's functions are to be guarded.
bool IsGuarded(const Process& process);

}  // namespace signet

#pragma GCC visibility pop
