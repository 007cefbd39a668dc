// SPDX-License-Identifier: MIT
//
// Which x86-64 micro-architecture level (psABI, x86-64-v1 to v4) this CPU and kernel support.
//
// CPUID traps on virtual machines and takes microseconds: the question is asked only where there is
// a library that depends on the answer.
#pragma once

#pragma GCC visibility push(hidden)

namespace signet {

// 1 to 4. Executes CPUID the first time only.
unsigned CpuLevel();

}  // namespace signet

#pragma GCC visibility pop
