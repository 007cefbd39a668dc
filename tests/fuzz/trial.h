// SPDX-License-Identifier: MIT
//
// One process under a tracer: a command line -> how it ended, and if it crashed or hung, in whose
// code. The tracer sees a signal before the process does, and asks which mapping the instruction
// pointer is in.
//
// Linux and x86-64 only. One trial at a time.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

namespace signet::test {

struct TrialResult {
  enum class End {
    kExited,
    kNotStarted,  // the kernel refused or killed it before its first instruction
    kCrashed,     // a signal that an instruction causes, or abort
    kHung,        // no end within the limits of a trial
    kKilled,      // any other signal
  };

  End end = End::kExited;
  int status = 0;                 // exit status, or the signal
  std::string where;              // the file whose code was running, "" if it is in no file
  uint64_t offset = 0;            // of the instruction in that file's mapping
  std::vector<uint64_t> callers;  // in the same file, as offsets: what the top of the stack holds
  bool is_call = false;           // it crashed at an indirect call
};

// Runs argv[0] with exactly this environment. Its output is thrown away, unless `is_shown`. Its
// descriptor 3 is `progress`.
TrialResult RunTrial(const std::vector<std::string>& argv,
                     const std::vector<std::string>& environment, int progress, bool is_shown);

}  // namespace signet::test
