// SPDX-License-Identifier: MIT
//
// Finds the file of a program by its name, as execvp(3) and a shell do. Starts nothing.
#pragma once

#include <optional>
#include <string>
#include <string_view>

#include "tool/result.h"

namespace signet::tool {

// 0 if `path` is a file that may be executed, else the errno value that says why not. Thread-safe.
int WhyNotExecutable(const std::string& path);

// The path of `name`. A name with a slash is its own path. Any other is searched for in the
// directories of `path`, the value of PATH (std::nullopt: the system's default). The result has a
// slash, so that nothing searches for it again. Fails as a shell does: with exit status 127 if
// there is no such file, and with 126 if the file is not executable.
Result<std::string> FindProgram(const std::string& name, std::optional<std::string_view> path);

}  // namespace signet::tool
