// SPDX-License-Identifier: MIT
//
// Seals that the program asks for, and what it can ask about seals (include/signet/signet.h).
//
// Thread-safe, and safe in signal handlers.
#pragma once

#include "loader/process.h"

#pragma GCC visibility push(hidden)

namespace signet {

// What mseal(start, size, flags) of the program returns, through the backend in force: 0 or -errno.
// What is sealed is in the published ledger at once or, where the loader is busy, with the next
// module.
long SealForProgram(const Process& process, uint64_t start, uint64_t size, unsigned long flags);

// True if every byte of [start, end) is sealed, by the loader or by the program. Takes no lock.
bool IsSealed(uint64_t start, uint64_t end);

}  // namespace signet

#pragma GCC visibility pop
