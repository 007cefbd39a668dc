// SPDX-License-Identifier: MIT
//
// Answers what the user asked about the seals: --trace=seal shows them, --require checks them.
//
// Input: settled entries of the seal record. Output: lines on stderr, or the end of the process.
#pragma once

#include "loader/seal/seal_record.h"

#pragma GCC visibility push(hidden)

namespace signet {

// One line on stderr for the entry.
[[gnu::cold]] void TraceSeal(const SealRecord& record, const signet_ledger_entry& entry);

// Ends the process with a message and status 126, unless the kernel holds every range that is to be
// sealed: by mseal, or with --require=enforced by a filter.
void CheckRequired(const Process& process);

}  // namespace signet

#pragma GCC visibility pop
