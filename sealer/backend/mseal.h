// SPDX-License-Identifier: MIT
//
// The backend `kernel`: mseal(2), since Linux 6.10.
//
// Input: planned entries. Output: the same, with backend, reason and error filled in. Each run of
// adjacent ranges is sealed by one call. No call spans a hole. No byte is sealed twice, unless a
// call fails, because some kernels make mistakes when they seal overlapping ranges.
#pragma once

#include "sealer/plan.h"

#pragma GCC visibility push(hidden)

namespace signet {

// Sorts the entries by address and seals those whose reason is SIGNET_REASON_SEALED.
void SealByMseal(LedgerEntries& entries);

}  // namespace signet

#pragma GCC visibility pop
