// SPDX-License-Identifier: MIT
//
// Finds the published ledger in a process and copies it.
//
// The auxiliary vector leads to Signet's loader, and the loader's dynamic symbol table to the
// ledger's address. Does not decode the ledger.
#pragma once

#include <cstddef>
#include <vector>

#include "tool/process/process_reader.h"
#include "tool/process/smaps.h"
#include "tool/result.h"

namespace signet::tool {

struct LedgerBlock {
  enum class State {
    kNoLoader,      // the process does not run under Signet
    kNotPublished,  // it does, but is not linked yet
    kFound,
  };
  State state = State::kNoLoader;
  std::vector<std::byte> bytes;  // the whole ledger if it was found, else empty
};

// Fails if the process has a loader of Signet's, but its ledger is malformed or cannot be read.
// Thread-safe if `read` is.
Result<LedgerBlock> FindLedger(const ReadMemory& read, const Auxv& auxv,
                               const std::vector<SmapsMapping>& mappings);

}  // namespace signet::tool
