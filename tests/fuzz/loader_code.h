// SPDX-License-Identifier: MIT
//
// Who is to blame for a crash or a hang: the loader, or the code of a module that it runs.
//
// Input: the loader's symbol table, and how a trial ended. Output: a verdict. The loader must be
// built with its symbols. Thread-compatible.
#pragma once

#include <cstdint>
#include <string_view>
#include <vector>

#include "tests/fuzz/trial.h"

namespace signet::test {

class LoaderCode {
 public:
  LoaderCode();

  // True if the loader itself is wrong. It is not if a constructor that it calls is at no address,
  // or if a module's code jumps into it where no function is, or not to the beginning of an
  // instruction. Some of its functions, and what these call, can be made to crash by code that they
  // cannot check.
  bool IsToBlame(const TrialResult& result) const;

 private:
  struct Function {
    uint64_t start;
    uint64_t size;
    bool is_trusting;
  };

  static bool IsTrusting(std::string_view name);
  // The function that holds `offset`, or null.
  const Function* Find(uint64_t offset) const;
  static bool HasInstructionAt(const Function& function, uint64_t offset);

  std::vector<Function> functions_;
};

}  // namespace signet::test
