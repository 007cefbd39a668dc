// SPDX-License-Identifier: MIT
//
// Finds the published ledger in a process: from the auxiliary vector to Signet's loader, from its
// dynamic symbol table to the ledger's address, and copies the block. Does not decode it.
#pragma once

#include <cstddef>
#include <vector>

#include "tool/process/maps.h"
#include "tool/process/process.h"
#include "tool/result.h"

namespace signet::tool {

struct LedgerBlock {
  enum class State {
    kNoLoader,      // the process does not run under Signet
    kNotPublished,  // it does, but is not linked yet
    kFound,
  };
  State state = State::kNoLoader;
  std::vector<std::byte> bytes;  // of one whole block where it was found; else empty
};

// Fails where there is a loader of Signet's, but what it published is no ledger or cannot be read.
// Thread-safe as far as `read` is.
Result<LedgerBlock> FindLedger(const ReadMemory& read, const Auxv& auxv,
                               const std::vector<Mapping>& mappings);

}  // namespace signet::tool
