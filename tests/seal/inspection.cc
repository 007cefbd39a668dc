// SPDX-License-Identifier: MIT
#include "tests/seal/inspection.h"

#include <utility>

#include "tests/seal/ledger_check.h"
#include "tool/process/process_reader.h"

namespace signet::test {

Inspection::Inspection(pid_t pid) : image_(pid) {
  const auto process = tool::ProcessReader::Open(pid);
  if (!process.ok()) {
    error_ = process.error().message;
    return;
  }
  auto snapshot = tool::TakeSnapshot(*process);
  if (snapshot.ok()) {
    snapshot_ = std::move(*snapshot);
  } else {
    error_ = snapshot.error().message;
  }
}

std::string Inspection::Faults(uint32_t kinds) const {
  const std::string unsealed = Unsealed(image_, kinds);
  if (ledger() != nullptr) return unsealed + LedgerFaults(image_, *ledger());
  return unsealed + "no ledger: " + error_ + "\n";
}

}  // namespace signet::test
