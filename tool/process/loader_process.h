// SPDX-License-Identifier: MIT
//
// A loader started as a child process: a command line to a process id, and its end to an error.
#pragma once

#include <sys/types.h>

#include <string>
#include <string_view>
#include <vector>

#include "tool/result.h"

namespace signet::tool {

// Where the child finds the descriptor that it is given.
inline constexpr int kGivenDescriptor = 3;

// Starts `command`. Its standard output is this process's standard error, so that it cannot mix
// with a report. It inherits no descriptor but the standard three and `given`, unless that is -1;
// and the kernel ends it when the thread that started it ends. The caller reaps it.
Result<pid_t> StartLoader(const std::vector<std::string>& command, int given = -1);

// What to say of a child that ended with the wait status `status` before it had done its part:
// "NAME: ended by SIGSEGV before BEFORE" or "NAME: ended without WITHOUT". The error's exit status
// is the child's (128 + N after signal N), with an empty message where the child gave its own.
Error LoaderEnded(std::string_view name, int status, std::string_view before,
                  std::string_view without);

}  // namespace signet::tool
