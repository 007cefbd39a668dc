// SPDX-License-Identifier: MIT
//
// Holds the ledger that a loader published in a process against what the kernel and the program
// headers in memory say.
#pragma once

#include <string>

#include "tests/seal/process_image.h"
#include "tool/process/ledger_view.h"

namespace signet::test {

// What contradicts this, a line each, or "": the ledger has exactly the modules and the ranges that
// the program headers have (a stand-in program's apart); an entry's backend is `kernel` where and
// only where the kernel shows the seal; reasons and errors fit.
std::string LedgerFaults(const ProcessImage& image, const tool::LedgerView& ledger);

}  // namespace signet::test
