// SPDX-License-Identifier: MIT
//
// `--stats`: how long each pass took, and how much work it was.
//
// Input: the process after linking. Output: lines on stderr.
#pragma once

#include "loader/link/relocate.h"
#include "loader/seal/seal.h"

#pragma GCC visibility push(hidden)

namespace signet {

// Prints nothing unless --stats was given. `relocator` is null for a static program.
void ReportStats(const Process& process, const Relocator* relocator, const SealResult& sealed);

}  // namespace signet

#pragma GCC visibility pop
