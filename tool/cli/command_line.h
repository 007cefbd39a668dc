// SPDX-License-Identifier: MIT
//
// Reads the tool's command line.
//
// Input: arguments. Output: a request, or the text that --help and --version print. Does not carry
// out the request. Thread-safe.
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

// The text that --help or --version prints.
struct TextRequest {
  std::string text;
};

using Request = std::variant<TextRequest, RunRequest, DumpRequest, VerifyRequest, DoctorRequest>;

// `arguments` come after the tool's own name. Fails with kExitUsage if they make no sense.
Result<Request> ParseCommandLine(const std::vector<std::string>& arguments);

}  // namespace signet::tool
