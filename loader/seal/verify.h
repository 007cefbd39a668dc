// SPDX-License-Identifier: MIT
//
// --verify=FD: attacks the program's seals, instead of running the program.
//
// Input: a linked and sealed process. Output: to the descriptor, the stream of records of
// include/protocol/attack_record.h.
#pragma once

#include "loader/process.h"

#pragma GCC visibility push(hidden)

namespace signet {

// Ends the process, with status 0.
[[noreturn, gnu::cold]] void VerifySeals(const Process& process);

}  // namespace signet

#pragma GCC visibility pop
