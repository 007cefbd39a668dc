// SPDX-License-Identifier: MIT
//
// `signet run`: replaces this process by a program under the loader.
#pragma once

#include <string>
#include <vector>

#include "tool/result.h"

namespace signet::tool {

struct RunRequest {
  std::vector<std::string> loader_options;
  std::vector<std::string> program;  // its name as typed, and its arguments
};

// Returns only if the program cannot be started. The exit status is 127 if it was not found, 126 if
// it or the loader cannot be executed.
Error Run(const RunRequest& request);

}  // namespace signet::tool
