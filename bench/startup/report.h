// SPDX-License-Identifier: MIT
//
// Shows the benchmark's results as a table, on standard output. From one thread.
#pragma once

#include <span>
#include <vector>

#include "bench/startup/measure.h"

namespace signet::bench {

// What was found out about the machine before anything was measured.
struct Machine {
  int processor = 0;         // on which everything runs
  double cpuid_seconds = 0;  // the time of one CPUID
  int cpuids = 0;            // that a start executes
};

// Row by row, as programs are measured.
void PrintHeading(const Machine& machine, const std::vector<Loader>& loaders);
void PrintProgram(const ProgramResult& result, const std::vector<Loader>& loaders);
void PrintMeans(std::span<const ProgramResult> results);

}  // namespace signet::bench
