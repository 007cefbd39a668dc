// SPDX-License-Identifier: MIT
//
// Compares the ledger that a loader published in a process with what the kernel and the program
// headers in memory say.
#pragma once

#include <string>

#include "tests/seal/process_image.h"
#include "tool/process/ledger_view.h"

namespace signet::test {

// Checks the following, and returns a line for each contradiction, or "". The ledger has exactly
// the modules and ranges of the program headers, except those of a stand-in program. An entry's
// backend is `kernel` if and only if the kernel shows the seal. Reasons and errors fit.
std::string LedgerFaults(const ProcessImage& image, const tool::LedgerView& ledger);

}  // namespace signet::test
