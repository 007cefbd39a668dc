// SPDX-License-Identifier: MIT
//
// Everything that is read from a process for one report: mappings, ledger and module headers.
//
// Input: an open process. Output: a snapshot. A report is built from the snapshot alone. Does not
// judge what it read.
#pragma once

#include <sys/types.h>

#include <cstddef>
#include <optional>
#include <vector>

#include "tool/process/find_ledger.h"
#include "tool/process/ledger_view.h"
#include "tool/process/module_image.h"
#include "tool/process/process_reader.h"
#include "tool/process/smaps.h"
#include "tool/result.h"

namespace signet::tool {

// Movable, not copyable: `ledger` refers to the bytes of `block`.
struct Snapshot {
  Snapshot() = default;
  Snapshot(Snapshot&&) = default;
  Snapshot& operator=(Snapshot&&) = default;

  pid_t pid = 0;
  std::vector<SmapsMapping> mappings;
  LedgerBlock block;
  std::optional<LedgerView> ledger;  // if one is published
  bool read_implies_exec = false;    // see ProcessReader
  Images images;
};

// Reads the ledger, the mappings, and the ledger again. If the ledger has changed, a library was
// loaded meanwhile, which would look like a difference: it reads all again, and takes what it has
// after a few attempts. Fails with the process's errors, and if the ledger is malformed.
Result<Snapshot> TakeSnapshot(const ProcessReader& process);

}  // namespace signet::tool
