// SPDX-License-Identifier: MIT
//
// Makes names from other processes and from files safe to print on a terminal. Pure.
#pragma once

#include <string>
#include <string_view>

namespace signet::tool {

// `text` with control characters as \xNN, so that it cannot control the terminal.
std::string Printable(std::string_view text);

}  // namespace signet::tool
