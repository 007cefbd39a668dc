// SPDX-License-Identifier: MIT
//
// `signet run`: starts a program under the loader, in place of this process.
#pragma once

#include <string>
#include <vector>

#include "tool/result.h"

namespace signet::tool {

struct RunRequest {
  std::vector<std::string> loader_options;
  std::vector<std::string> program;  // its name as typed, and its arguments
};

// Returns only where the program cannot be started: 127 where it is not found, 126 where it, or the
// loader, is there but cannot be run.
Error Run(const RunRequest& request);

}  // namespace signet::tool
