// SPDX-License-Identifier: MIT
//
// `signet verify`: attacks the seals of a program. The program is linked and sealed as `signet run`
// does it. It does not run, or only for a while before it is attacked, and ends with that.
#pragma once

#include <ostream>
#include <string>
#include <vector>

#include "tool/result.h"
#include "tool/verify/attack_time.h"

namespace signet::tool {

struct VerifyRequest {
  bool json = false;
  AttackTime time;
  std::vector<std::string> loader_options;
  std::vector<std::string> program;  // its name as typed, and its arguments
};

// Prints the report to `out` and gives the exit status: 0, or 1 if a seal is broken. Fails if there
// is nothing to report, and, behind the report, if nothing could be tried: that proves nothing. The
// message is empty if the loader printed its own.
Result<int> Verify(const VerifyRequest& request, std::ostream& out);

}  // namespace signet::tool
