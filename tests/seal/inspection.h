// SPDX-License-Identifier: MIT
//
// All that the tests need to know about a live process under Signet: its memory as the kernel shows
// it, and the ledger that the loader published.
#pragma once

#include <sys/types.h>

#include <optional>
#include <string>

#include "tests/seal/process_image.h"
#include "tool/process/snapshot.h"

namespace signet::test {

// The process must stand still: stopped, or about to end under ptrace.
class Inspection {
 public:
  explicit Inspection(pid_t pid);

  const ProcessImage& image() const { return image_; }

  // Null if there is no ledger, or if it cannot be read.
  const tool::LedgerView* ledger() const { return snapshot_.ledger ? &*snapshot_.ledger : nullptr; }

  // The errors in the seals of `kinds` and in the ledger, one line each, or "".
  std::string Faults(uint32_t kinds) const;

 private:
  ProcessImage image_;
  tool::Snapshot snapshot_;
  std::string error_;
};

}  // namespace signet::test
