// SPDX-License-Identifier: MIT
//
// JSON as the reports print it.
#pragma once

#include <fmt/format.h>

#include <cstdint>
#include <nlohmann/json.hpp>
#include <ostream>
#include <string>

namespace signet::tool {

using Json = nlohmann::ordered_json;

// An address as JSON has it: a string, because not every reader has integers of 64 bits.
inline std::string HexText(uint64_t address) { return fmt::format("0x{:x}", address); }

// The value, indented, and a newline. Bytes that are not UTF-8 become U+FFFD.
inline void PrintJsonValue(std::ostream& out, const Json& value) {
  out << value.dump(2, ' ', false, Json::error_handler_t::replace) << '\n';
}

}  // namespace signet::tool
