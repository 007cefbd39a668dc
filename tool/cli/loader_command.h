// SPDX-License-Identifier: MIT
//
// The command line that starts a program under the loader: which loader, which options, which file.
// Starts nothing.
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

// The loader, `options`, "--", and `program` (its name as typed, and arguments) with the name
// looked up on PATH. The program's argv[0] stays what was typed, unless `options` has an --argv0.
// `program` is not empty. Fails as FindLoader and FindProgram do.
Result<std::vector<std::string>> LoaderCommand(const std::vector<std::string>& options,
                                               const std::vector<std::string>& program);

// Replaces the process by `command`. Returns only where that fails.
Error Execute(const std::vector<std::string>& command);

}  // namespace signet::tool
