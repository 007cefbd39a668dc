// SPDX-License-Identifier: MIT
//
// The ranges that a program seals by itself, among the entries of the ledger.
//
// Input: the loader's entries, and the sealed ranges. Output: both, cut so that they are disjoint.
// Pure: no system calls.
#pragma once

#include <span>

#include "sealer/sealed_ranges.h"
#include "signet/ledger.h"

#pragma GCC visibility push(hidden)

namespace signet {

// Writes to `merged`, which has room for twice both and one more, and returns how many there are.
// What lies in an entry that nothing sealed keeps the entry's module and kind; what lies in none is
// data of `own_module`. What the loader has sealed stays as it is. Both inputs ascend.
size_t MergeProgramSeals(std::span<const signet_ledger_entry> entries,
                         std::span<const SealedRange> own, uint32_t own_module,
                         signet_backend backend, signet_ledger_entry* merged);

}  // namespace signet

#pragma GCC visibility pop
