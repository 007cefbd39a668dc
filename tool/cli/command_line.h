// SPDX-License-Identifier: MIT
//
// The tool's command line: arguments to a request. Does nothing of what is requested.
#pragma once

#include <string>
#include <variant>
#include <vector>

#include "tool/cli/run.h"
#include "tool/doctor/doctor.h"
#include "tool/dump/dump.h"
#include "tool/result.h"
#include "tool/verify/verify.h"

namespace signet::tool {

// Text that was asked for: --help or --version.
struct TextRequest {
  std::string text;
};

using Request = std::variant<TextRequest, RunRequest, DumpRequest, VerifyRequest, DoctorRequest>;

// `arguments` are those behind the tool's own name. Fails with kExitUsage where they make no sense.
Result<Request> ParseCommandLine(const std::vector<std::string>& arguments);

}  // namespace signet::tool
