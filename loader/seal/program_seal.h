// SPDX-License-Identifier: MIT
//
// Seals that the program asks for, and its questions about seals (include/signet/signet.h).
//
// Input: ranges of the program's memory. Output: seals, by the backend in force; answers.
// Thread-safe, and safe in signal handlers.
#pragma once

#include "loader/process.h"

#pragma GCC visibility push(hidden)

namespace signet {

// Does for the program what mseal(start, size, flags) does, and returns 0 or -errno. The seal is in
// the published ledger at once or, if the loader is busy, when the next module comes.
long SealForProgram(const Process& process, uint64_t start, uint64_t size, unsigned long flags);

// True if every byte of [start, end) is sealed, by the loader or by the program. Takes no lock.
bool IsSealed(uint64_t start, uint64_t end);

}  // namespace signet

#pragma GCC visibility pop
