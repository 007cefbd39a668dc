// SPDX-License-Identifier: MIT
//
// From modules to the ranges that are to be sealed.
//
// Input: linked modules, and options. Output: planned entries of the process's seal record. It
// seals nothing (seal.h). Under the loader lock, once the program runs.
#pragma once

#include "loader/seal/seal_record.h"

#pragma GCC visibility push(hidden)

namespace signet {

void PlanModules(const Process& process, std::span<Module* const> modules);

// The vdso with its data, and the stand-in program.
void PlanKernelAndStandIn(const Process& process);

// The mapping of ld.so.cache, if there is one and it is not in the record yet.
void PlanCache(const Process& process);

}  // namespace signet

#pragma GCC visibility pop
