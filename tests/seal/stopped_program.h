// SPDX-License-Identifier: MIT
//
// A program that stops itself when it is sealed. Input: its command line. Output: its state then.
#pragma once

#include <gtest/gtest.h>

#include <optional>
#include <string>
#include <vector>

#include "tests/seal/inspection.h"
#include "tests/support/kernel.h"
#include "tests/support/process.h"
#include "tests/support/stopped.h"

namespace signet::test {

inline uint32_t Bit(signet_kind kind) { return 1u << kind; }

// A process that has stopped itself, and the facts about it.
class Stopped {
 public:
  explicit Stopped(const std::vector<std::string>& argv,
                   const std::vector<std::string>& variables = {})
      : process_(argv, WithVariables(BaseEnvironment(), variables)) {
    if (WaitForStop(process_.pid())) {
      inspection_.emplace(process_.pid());
    } else {
      ADD_FAILURE() << "it did not stop: " << process_.Finish();
    }
  }

  bool ok() const { return inspection_ && inspection_->ledger() != nullptr; }
  const tool::LedgerView& ledger() const { return *inspection_->ledger(); }
  const ProcessImage& image() const { return inspection_->image(); }
  std::string Faults(uint32_t kinds) const { return inspection_->Faults(kinds); }

 private:
  Process process_;
  std::optional<Inspection> inspection_;
};

}  // namespace signet::test
