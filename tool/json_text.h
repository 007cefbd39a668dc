// SPDX-License-Identifier: MIT
//
// JSON as the reports print it: a value to one line of text, an array to one line per element.
#pragma once

#include <fmt/format.h>

#include <cstdint>
#include <nlohmann/json.hpp>
#include <ostream>
#include <string>

namespace signet::tool {

using Json = nlohmann::ordered_json;

// On one line. Bytes that are not UTF-8 become U+FFFD.
inline std::string JsonText(const Json& json) {
  return json.dump(-1, ' ', false, Json::error_handler_t::replace);
}

inline std::string Hex(uint64_t address) { return fmt::format("0x{:x}", address); }

// The elements of an array, one per line, each made when it is its turn.
template <typename Range, typename MakeJson>
void PrintArray(std::ostream& out, const Range& range, MakeJson make_json) {
  out << '[';
  const char* separator = "\n    ";
  for (const auto& element : range) {
    out << separator << JsonText(make_json(element));
    separator = ",\n    ";
  }
  out << "\n  ]";
}

}  // namespace signet::tool
