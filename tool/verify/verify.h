// SPDX-License-Identifier: MIT
//
// `signet verify`: attacks the seals of a program that is linked and sealed as `signet run` would,
// and never runs.
#pragma once

#include <ostream>
#include <string>
#include <vector>

#include "tool/result.h"

namespace signet::tool {

struct VerifyRequest {
  bool json = false;
  std::vector<std::string> loader_options;
  std::vector<std::string> program;  // its name as typed, and its arguments
};

// Prints the report to `out` and gives the exit status: 0, or 1 where a seal is broken. Fails where
// there is nothing to report; with an empty message where the loader said why.
Result<int> Verify(const VerifyRequest& request, std::ostream& out);

}  // namespace signet::tool
