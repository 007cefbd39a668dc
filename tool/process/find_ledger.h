// SPDX-License-Identifier: MIT
//
// Finds what the loader publishes in a process, and copies the ledger.
//
// The auxiliary vector leads to Signet's loader, and the loader's dynamic symbol table to the
// address. Does not decode what is there.
#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string_view>
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

// The value of the loader's variable `symbol`, which is an address, or 0 as long as nothing is
// published. std::nullopt if the process has no loader with that variable. Fails if the variable
// cannot be read. Thread-safe if `read` is.
Result<std::optional<uint64_t>> FindPublished(const ReadMemory& read, const Auxv& auxv,
                                              const std::vector<SmapsMapping>& mappings,
                                              std::string_view symbol);

// Fails if the process has a loader of Signet's, but its ledger is malformed or cannot be read.
// Thread-safe if `read` is.
Result<LedgerBlock> FindLedger(const ReadMemory& read, const Auxv& auxv,
                               const std::vector<SmapsMapping>& mappings);

}  // namespace signet::tool
