// SPDX-License-Identifier: MIT
//
// `--stats`: how long each pass took, and what it did, to stderr.
#pragma once

#include "loader/link/relocate.h"
#include "loader/seal/seal.h"

#pragma GCC visibility push(hidden)

namespace signet {

// Says nothing unless --stats was given. `relocator` is null for a static program.
void ReportStats(const Process& process, const Relocator* relocator, const SealResult& sealed);

}  // namespace signet

#pragma GCC visibility pop
