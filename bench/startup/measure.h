// SPDX-License-Identifier: MIT
//
// Measures one program's starts under the system's dynamic linker and under others.
//
// Input: a program and the linkers. Output: for each way to start it, CPU time, wall time, their
// ratios to the system's lazy start, minor faults, system calls and instructions. Every round runs
// each way once, in random order, and ratios are taken within a round, so that a drift of the
// machine affects all ways. It does not print. From one thread.
#pragma once

#include <map>
#include <optional>
#include <string>
#include <vector>

#include "bench/startup/launch.h"
#include "bench/startup/statistics.h"
#include "bench/startup/ways.h"

namespace signet::bench {

// A value in one way against the same value in another way of the same round.
struct Ratio {
  Quartiles rounds;  // of the ratios of the rounds
  double low = 0;    // the ratio of the two 10th percentiles: when nothing else disturbed
};

// A number that the program printed.
struct Figure {
  double median = 0;
  std::optional<Ratio> ratio;  // nothing if lazy starts do not print it
};

struct WayResult {
  std::string name;
  Kind kind = Kind::kLazy;
  std::optional<size_t> loader;
  int status = 0;        // as wait(2) has it
  bool measured = true;  // false if `status` is not that of the lazy start
  Quartiles cpu_milliseconds;
  Quartiles wall_milliseconds;
  Ratio cpu;
  Ratio wall;
  double neutral = 0;       // the median of CPU ratios without the time that CPUIDs take
  double minor_faults = 0;  // median
  std::optional<long> system_calls;
  std::optional<long> instructions;
  std::map<std::string, Figure> figures;
};

// A further loader against the first one, in the same way to start.
struct Comparison {
  Kind kind;
  size_t loader;
  Ratio cpu;
};

struct ProgramResult {
  Program program;
  int rounds = 0;
  std::string rejection;  // why it means nothing, or ""
  std::vector<WayResult> ways;
  std::vector<Comparison> comparisons;
};

struct MeasureOptions {
  std::vector<Loader> loaders;
  std::optional<int> rounds;  // nothing: short programs run more often than long ones
  double cpuid_seconds = 0;   // of all CPUIDs of a start
  std::string scratch;        // a path for a file
};

// Throws std::runtime_error if the program cannot be started.
ProgramResult Measure(const Program& program, const MeasureOptions& options);

}  // namespace signet::bench
