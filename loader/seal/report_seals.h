// SPDX-License-Identifier: MIT
//
// What became of the seals, as far as the user asked: --trace=seal and --require.
#pragma once

#include "loader/seal/seal_record.h"

#pragma GCC visibility push(hidden)

namespace signet {

// One line on stderr for the entry.
[[gnu::cold]] void TraceSeal(const SealRecord& record, const signet_ledger_entry& entry);

// Ends the process, with status 126 and a sentence, unless every range that is to be sealed is held
// by the kernel: by mseal or, where that is enough, by a filter.
void CheckRequired(const Process& process);

}  // namespace signet

#pragma GCC visibility pop
