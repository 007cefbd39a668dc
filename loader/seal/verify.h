// SPDX-License-Identifier: MIT
//
// --verify=FD: instead of running the program, lets its seals be attacked.
//
// Input: a linked and sealed process. Output: the stream of sealer/attack_record.h.
#pragma once

#include "loader/process.h"

#pragma GCC visibility push(hidden)

namespace signet {

// Ends the process, with status 0.
[[noreturn]] void VerifySeals(const Process& process);

}  // namespace signet

#pragma GCC visibility pop
