// SPDX-License-Identifier: MIT
//
// All that is read from a process for one report: mappings, ledger and module headers, taken close
// together. What comes after works on the snapshot and no longer touches the process.
#pragma once

#include <sys/types.h>

#include <cstddef>
#include <optional>
#include <vector>

#include "tool/process/find_ledger.h"
#include "tool/process/ledger_view.h"
#include "tool/process/maps.h"
#include "tool/process/module_image.h"
#include "tool/process/process.h"
#include "tool/result.h"

namespace signet::tool {

// Movable, not copyable: `ledger` refers to the bytes of `block`.
struct Snapshot {
  Snapshot() = default;
  Snapshot(Snapshot&&) = default;
  Snapshot& operator=(Snapshot&&) = default;

  pid_t pid = 0;
  std::vector<Mapping> mappings;
  LedgerBlock block;
  std::optional<Ledger> ledger;  // where one is published
  std::vector<ModuleImage> images;
};

// Reads until the ledger is the same before and after the mappings were read, so that a library
// that is loaded meanwhile does not look like a difference; gives up after a few attempts and takes
// the last one. Fails with the process's errors, and where the ledger is none.
Result<Snapshot> TakeSnapshot(const Process& process);

}  // namespace signet::tool
