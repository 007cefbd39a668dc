// SPDX-License-Identifier: MIT
//
// Whether a program that is run by command may be executed. The kernel's execve has looked at the
// loader's file only, so the loader asks for the program's file what execve would ask.
//
// Input: the open file. Output: an error, or none. It reads nothing of the file, and it does not
// ask for libraries: they need no x bit.
#pragma once

#include "loader/process.h"

#pragma GCC visibility push(hidden)

namespace signet {

// False, with the error reported, if execve would refuse the file. `program` is identified already.
[[nodiscard]] bool CheckPermission(Process& process, int fd, const Module& program);

}  // namespace signet

#pragma GCC visibility pop
