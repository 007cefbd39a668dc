// SPDX-License-Identifier: MIT
//
// Reads the loader's options: from the command line, if the loader was run as a command, and from
// the environment.
//
// Input: what the kernel handed over. Output: the options. Afterwards the stack looks as the
// program is to see it. No system calls, except to print: --help, --version and usage errors, after
// which the process ends, and what makes no sense in a variable. One thread: there is no other yet.
#pragma once

#include "loader/options.h"
#include "loader/startup.h"

#pragma GCC visibility push(hidden)

namespace signet {

// Ends the process for --help and --version, and if the command line makes no sense.
Options ReadOptions(Startup& startup);

}  // namespace signet

#pragma GCC visibility pop
