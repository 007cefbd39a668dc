// SPDX-License-Identifier: MIT
//
// Writes the ledger in its published form (include/signet/ledger.h).
//
// Input: modules and settled entries. Output: one read-only block of memory, and
// signet_ledger_address.
#pragma once

#include "sealer/plan.h"

#pragma GCC visibility push(hidden)

namespace signet {

struct LedgerModule {
  uint64_t start;
  uint64_t end;
  uint64_t load_bias;
  std::string_view path;
  std::string_view name;
  signet_origin origin;
};

// Makes sure that PublishLedger will need no memory for so much.
void ReserveLedger(std::span<const LedgerModule> modules, size_t entry_count,
                   signet_backend backend);

// To be called again when there is more; readers meet a whole ledger, the old or the new one.
void PublishLedger(std::span<const LedgerModule> modules,
                   std::span<const signet_ledger_entry> entries, signet_backend backend,
                   uint32_t kinds);

}  // namespace signet

#pragma GCC visibility pop
