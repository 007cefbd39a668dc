// SPDX-License-Identifier: MIT
//
// --verify: attacks the program's seals, instead of running the program. --verify-later: lets the
// program run, and attacks when `signet verify --after` asks for it.
//
// Input: a linked and sealed process. Output: an AttackBlock (include/protocol/attack_record.h), at
// two or three stops of the process.
#pragma once

#include "loader/process.h"

#pragma GCC visibility push(hidden)

namespace signet {

// Records what shall be sealed, and by what, and stops. No foreign code has run yet that could
// change the record.
[[gnu::cold]] void AnnounceAttacks(const Process& process);

// Attacks, records the results, and stops; ends the process when that goes on. With --verify-later
// it only prepares that, stops, and returns.
[[gnu::cold]] void VerifySeals(const Process& process);

}  // namespace signet

#pragma GCC visibility pop
