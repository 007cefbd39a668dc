// SPDX-License-Identifier: MIT
//
// What strace and perf count while a command runs.
//
// Input: a command and a path for a scratch file. Output: a number, or nothing where the tool is
// not installed or the machine does not count. Each call starts the command anew. Both tools pass
// `file` as argv[0]. From one thread.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "bench/startup/launch.h"

namespace signet::bench {

// System calls of the command, its threads and its children, by strace.
std::optional<long> CountSystemCalls(const Command& command, const std::string& scratch);

// Instructions in user mode, by `perf stat`. Virtual machines often have no such counter.
std::optional<long> CountInstructions(const Command& command, const std::string& scratch);

// Where minor faults come from: the function that caused them, and what the memory belongs to.
struct FaultSite {
  std::string module;  // of the function, as perf names it: a file, or [kernel.kallsyms]
  std::string function;
  std::string memory;  // a file, or //anon
  int count = 0;

  bool operator==(const FaultSite&) const = default;
};

// By `perf record`, the most frequent first. Throws std::runtime_error with the reason where that
// is not possible.
std::vector<FaultSite> ListFaults(const Command& command, const std::string& scratch);

// From the output of `perf script -F ip,sym,dso,addr`.
std::vector<FaultSite> SumFaults(const std::string& script);

}  // namespace signet::bench
