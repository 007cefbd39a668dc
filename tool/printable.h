// SPDX-License-Identifier: MIT
//
// Makes names from other processes and from files safe to print on a terminal
// (base/printable.h).
#pragma once

#include <string>
#include <string_view>

#include "tool/result.h"

namespace signet::tool {

// `text` with everything as \xNN that is no printable character of UTF-8. Pure.
std::string Printable(std::string_view text);

// Prints "signet: MESSAGE" and the hint to the standard error; nothing if the message is empty.
void PrintError(const Error& error);

}  // namespace signet::tool
