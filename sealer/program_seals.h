// SPDX-License-Identifier: MIT
//
// Adds the ranges that the program has sealed by itself to the entries of the ledger.
//
// Input: the loader's entries, and the sealed ranges. Output: both, cut so that they are disjoint.
// Pure: no system calls.
#pragma once

#include <span>

#include "sealer/sealed_ranges.h"
#include "signet/ledger.h"

#pragma GCC visibility push(hidden)

namespace signet {

// Writes to `merged` and returns the number of entries; `merged` has room for twice both and one
// more. Both inputs ascend. A range inside an unsealed entry keeps the entry's module and kind. A
// range outside all entries becomes data of `own_module`. Entries that the loader has sealed do not
// change.
size_t MergeProgramSeals(std::span<const signet_ledger_entry> entries,
                         std::span<const SealedRange> own, uint32_t own_module,
                         signet_backend backend, signet_ledger_entry* merged);

}  // namespace signet

#pragma GCC visibility pop
