// SPDX-License-Identifier: MIT
//
// `signet dump`: the sealed map of a running process, or of a program that is started, linked,
// shown, and ended before its first constructor.
#pragma once

#include <sys/types.h>

#include <optional>
#include <ostream>
#include <string>
#include <vector>

#include "tool/result.h"

namespace signet::tool {

struct DumpRequest {
  bool json = false;
  std::optional<pid_t> pid;                 // the process; without it `program` is started
  std::vector<std::string> loader_options;  // for `program`
  std::vector<std::string> program;         // its name as typed, and its arguments
};

// Prints the report to `out` and gives the exit status: 0, or 3 if ledger and kernel disagree.
// Fails if there is nothing to report. The message is empty if a started program printed its own.
Result<int> Dump(const DumpRequest& request, std::ostream& out);

}  // namespace signet::tool
