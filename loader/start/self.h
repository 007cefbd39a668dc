// SPDX-License-Identifier: MIT
//
// The modules that are in the process before the loader does anything: the loader itself and the
// vdso.
//
// Input: facts of the start. Output: process.loader and process.vdso, described where they are.
// Nothing is mapped.
#pragma once

#include "loader/process.h"

#pragma GCC visibility push(hidden)

namespace signet {

// A loader whose own image is damaged ends the process. A vdso that cannot be understood is left
// out.
void DescribeSelf(Process& process);
void DescribeVdso(Process& process);

// Where the kernel will place what is mapped next. Newer kernels place it below the loader, with
// the vdso and its data in between. If that guess is wrong, what is mapped there first finds the
// place taken. valgrind fills the address space from below, so that no guess is right, and takes
// what was mapped in vain for a module's place; there the kernel is asked each time.
void GuessLowestMapping(const Process& process);

}  // namespace signet

#pragma GCC visibility pop
