// SPDX-License-Identifier: MIT
//
// A program's name to its file, as execvp(3) and a shell find it. Starts nothing.
#pragma once

#include <optional>
#include <string>
#include <string_view>

#include "tool/result.h"

namespace signet::tool {

// The path of `name`: itself where it has a slash, else its first executable file in the
// directories of `path`, the value of PATH (std::nullopt: the system's default). The result has a
// slash, so that nothing searches for it again. Fails as a shell does, with exit status 127 where
// there is no such file and 126 where it is there but not executable.
Result<std::string> FindProgram(const std::string& name, std::optional<std::string_view> path);

}  // namespace signet::tool
