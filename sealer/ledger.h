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

// Makes sure that PublishLedger will need no memory for so much. False if there is none.
[[nodiscard]] bool ReserveLedger(std::span<const LedgerModule> modules, size_t entry_count,
                                 signet_backend backend);

// To be called again when there is more; readers meet a whole ledger, the old or the new one. Where
// there is no memory, the old one stays in force.
void PublishLedger(std::span<const LedgerModule> modules,
                   std::span<const signet_ledger_entry> entries, signet_backend backend,
                   uint32_t kinds);

// The ledger in force, for as long as nobody publishes: the loader lock is held.
std::span<const signet_ledger_entry> PublishedEntries();
const char* PublishedModuleName(uint32_t module);

// The published entry that holds `address`; false if there is none. Takes no lock.
[[nodiscard]] bool FindPublished(uint64_t address, signet_ledger_entry& entry);

}  // namespace signet

#pragma GCC visibility pop
