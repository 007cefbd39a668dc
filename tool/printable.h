// SPDX-License-Identifier: MIT
//
// Names from other processes and from files, made fit for a terminal. Pure.
#pragma once

#include <string>
#include <string_view>

namespace signet::tool {

// `text` with control characters as \xNN, so that it cannot talk to the terminal.
std::string Printable(std::string_view text);

}  // namespace signet::tool
