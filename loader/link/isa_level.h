// SPDX-License-Identifier: MIT
//
// Whether this CPU can run the modules: GNU_PROPERTY_X86_ISA_1_NEEDED names the micro-architecture
// levels (psABI, x86-64-v1 to v4) that a module was made for.
//
// Input: modules that are mapped. Output: an error that is reported. At the start, ld.so's words
// are not those of other errors, and the process ends. Used while linking.
#pragma once

#include "loader/process.h"

#pragma GCC visibility push(hidden)

namespace signet {

// For a dlopen.
void CheckIsaLevels(Diagnostics& diagnostics, std::span<Module* const> modules);

// At the start.
void CheckIsaLevelsOfStart(const Process& process);

}  // namespace signet

#pragma GCC visibility pop
