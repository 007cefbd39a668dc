// SPDX-License-Identifier: MIT
//
// JSON as the reports print it.
#pragma once

#include <fmt/format.h>

#include <cstdint>
#include <nlohmann/json.hpp>
#include <ostream>
#include <string>

#include "tool/kernel_info.h"

namespace signet::tool {

using Json = nlohmann::ordered_json;

// An address as JSON has it: a string, because not every reader has integers of 64 bits.
inline std::string HexText(uint64_t address) { return fmt::format("0x{:x}", address); }

// The kernel, and whether a filter denies its mseal to the process that a report is about.
Json KernelJson(const KernelInfo& kernel, bool mseal_denied);

// The value, indented, and a newline. Bytes that are not UTF-8 become U+FFFD, control characters
// \uNNNN.
void PrintJsonValue(std::ostream& out, const Json& value);

}  // namespace signet::tool
