// SPDX-License-Identifier: MIT
//
// The words for how a process ended, or what stopped it.
#pragma once

#include <string>

namespace signet::tool {

// From the status that waitpid(2) gives: "ended with status 3", or "ended by SIGSEGV" for a process
// that this signal has ended, or stopped to end it next. Pure.
std::string HowItEnded(int status);

}  // namespace signet::tool
