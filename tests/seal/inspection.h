// SPDX-License-Identifier: MIT
//
// All that the tests want to know of a live process under Signet: its memory as the kernel shows
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

  // Null if there is none or it cannot be read.
  const tool::LedgerView* ledger() const { return snapshot_.ledger ? &*snapshot_.ledger : nullptr; }

  // What is wrong with the seals of `kinds` or with the ledger, a line each, or "".
  std::string Faults(uint32_t kinds) const;

 private:
  ProcessImage image_;
  tool::Snapshot snapshot_;
  std::string error_;
};

}  // namespace signet::test
