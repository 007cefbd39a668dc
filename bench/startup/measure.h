// SPDX-License-Identifier: MIT
//
// Times one program's starts under the system's dynamic linker and under Signet.
//
// Input: a program. Output: for each way to start it, the time, its ratio to the system's, minor
// faults and system calls. Every round runs each way once, in random order, and ratios are taken
// within a round, so that a drift of the machine affects all ways. It does not judge or print.
#pragma once

#include <array>
#include <optional>
#include <string>
#include <vector>

#include "bench/startup/launch.h"
#include "bench/startup/statistics.h"

namespace signet::bench {

enum class Way : size_t {
  kSystem,       // the system's linker, binding lazily
  kControl,      // the same again: how far it is from 1 is the error of the measurement
  kBindNow,      // the system's linker with LD_BIND_NOW=1
  kCommand,      // ld-signet.so PROGRAM
  kInterpreter,  // a copy of the program with ld-signet.so as its PT_INTERP
};
inline constexpr size_t kWays = 5;

struct Program {
  std::string name;
  std::vector<std::string> arguments;
  double limit;  // of Signet's ratio to the system's time
};

struct WayResult {
  int status = 0;  // as wait(2) has it; not measured if it is not the system's
  Quartiles milliseconds;
  Quartiles ratio;
  double minor_faults = 0;  // median
  std::optional<long> system_calls;
};

struct ProgramResult {
  Program program;
  int rounds = 0;
  std::array<WayResult, kWays> ways;

  const WayResult& operator[](Way way) const { return ways[static_cast<size_t>(way)]; }
  bool Measured(Way way) const { return (*this)[way].status == (*this)[Way::kSystem].status; }
};

// Runs the program at `path`. Keeps files in `directory`. With no number
// of rounds given, short programs run more often than long ones.
ProgramResult Measure(const Program& program, const std::string& path, const std::string& loader,
                      const std::string& directory, std::optional<int> rounds);

}  // namespace signet::bench
