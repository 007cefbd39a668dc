// SPDX-License-Identifier: MIT
//
// Prints the report of `signet verify` as text for people, and as JSON for programs.
#pragma once

#include <ostream>
#include <string_view>

#include "tool/kernel_info.h"
#include "tool/verify/verify_report.h"

namespace signet::tool {

// A table of attacks by kinds, and below it the reasons why some are allowed by design. Then the
// first breaches, contradictions and unsealed ranges, and sums. Control characters in names are
// shown as \xNN.
void PrintVerifyText(std::ostream& out, const VerifyReport& report, std::string_view program,
                     const KernelInfo& kernel);

// One JSON object, with all attacks, and with the first 10,000 breaches and contradictions. Bytes
// of names that are not UTF-8 become U+FFFD.
void PrintVerifyJson(std::ostream& out, const VerifyReport& report, std::string_view program,
                     const KernelInfo& kernel);

}  // namespace signet::tool
