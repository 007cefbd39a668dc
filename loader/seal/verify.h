// SPDX-License-Identifier: MIT
//
// --verify=FD: attacks the seals of the program instead of running it.
//
// Input: a linked and sealed process. Output: the stream of include/protocol/attack_record.h.
#pragma once

#include "loader/process.h"

#pragma GCC visibility push(hidden)

namespace signet {

// Ends the process, with status 0.
[[noreturn, gnu::cold]] void VerifySeals(const Process& process);

}  // namespace signet

#pragma GCC visibility pop
