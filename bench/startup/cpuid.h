// SPDX-License-Identifier: MIT
//
// What the instruction CPUID costs, and how many of them a start executes. glibc's interpreter asks
// for the processor's features and caches, on some machines dozens of times. In a virtual machine
// each is a trap to the hypervisor, which takes longer than thousands of other instructions: a part
// of every start, under any loader, that says nothing about loaders. From one thread.
#pragma once

#include "bench/startup/launch.h"

namespace signet::bench {

// The median of many, in seconds.
double TimeOfCpuid();

// How many CPUIDs the command executes, counted by single steps (about a second for /bin/true).
// Children and threads are not looked at. Throws std::system_error if it cannot be traced.
int CountCpuids(const Command& command);

}  // namespace signet::bench
