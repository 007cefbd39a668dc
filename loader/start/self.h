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

}  // namespace signet

#pragma GCC visibility pop
