// SPDX-License-Identifier: MIT
//
// Writes the ledger in its published form (include/signet/ledger.h).
//
// Input: modules and settled entries. Output: one read-only block of memory, and its address in
// signet_ledger_address. Writers hold the loader lock.
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

// What a ledger has in common with the one that was published before it.
struct UnchangedPart {
  size_t first_modules = 0;  // that many, and no others, were there before
  size_t last_entries = 0;
};

// Makes sure that PublishLedger will need no memory for so much. False if there is none.
[[nodiscard]] bool ReserveLedger(std::span<const LedgerModule> modules, size_t entry_count,
                                 const UnchangedPart& unchanged, signet_backend backend);

// May be called again when there is more: the work is in proportion to what has changed. A reader
// finds a whole ledger, the old or the new one. If there is no memory, the old one stays in force,
// and this returns false.
[[nodiscard]] bool PublishLedger(std::span<const LedgerModule> modules,
                                 std::span<const signet_ledger_entry> new_entries,
                                 const UnchangedPart& unchanged, signet_backend backend,
                                 uint32_t kinds);

// The ledger in force; null, and nothing in it, before the first is published. Each stays valid
// until the next but one is published, so the caller holds the loader lock.
const signet_ledger* PublishedLedger();
std::span<const signet_ledger_entry> PublishedEntries();
const char* PublishedModuleName(uint32_t module);

// The published entry that holds `address`; false if there is none. Takes no lock, and may run in
// signal handlers.
[[nodiscard]] bool FindPublished(uint64_t address, signet_ledger_entry& entry);

}  // namespace signet

#pragma GCC visibility pop
