// SPDX-License-Identifier: MIT
//
// The command line that starts a program under the loader.
//
// Input: options, and a program as typed. Output: the arguments for execv. Thread-safe.
#pragma once

#include <string>
#include <vector>

#include "tool/result.h"

namespace signet::tool {

// The loader's path: the value of SIGNET_LOADER, or else the loader of the tree that this tool is
// in:
// ../lib/ld-signet.so in the build tree, ../lib/signet/ld-signet.so once installed (lib stands for
// CMAKE_INSTALL_LIBDIR). Fails if it cannot be executed.
Result<std::string> FindLoader();

// The loader, `options`, "--", the file of the program, and its arguments. `program` is not empty;
// it begins with the program's name as typed, which is looked up on PATH. A script gives way to its
// interpreter, as under execve. A program's argv[0] stays what was typed, unless `options` has an
// --argv0. Fails as FindLoader, FindProgram and ResolveExecutable do.
Result<std::vector<std::string>> LoaderCommand(const std::vector<std::string>& options,
                                               const std::vector<std::string>& program);

// Replaces this process by `command`. Returns only if that fails.
Error Execute(const std::vector<std::string>& command);

}  // namespace signet::tool
