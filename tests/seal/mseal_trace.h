// SPDX-License-Identifier: MIT
//
// Runs a program under ptrace and watches its mseal calls: a command line -> every call with its
// range and result. A call can be made to fail. Only mseal stops, the rest runs at full speed.
#pragma once

#include <sys/types.h>

#include <cstdint>
#include <functional>
#include <string>
#include <vector>

namespace signet::test {

struct MsealCall {
  uint64_t start;
  uint64_t size;
  uint64_t flags;
  long result;  // 0 or -errno
};

struct TraceOptions {
  std::vector<std::string> environment = {};
  // These calls, counted from 0 on, are not made but fail with `error`.
  size_t first_to_fail = 0;
  size_t count_to_fail = 0;
  int error = 0;
  // Called as the process ends, its memory still there.
  std::function<void(pid_t)> at_exit = {};
  // Called before the first instruction of the program that was executed, when its interpreter is
  // done; the process ends then.
  std::function<void(pid_t)> at_entry = {};
};

struct TraceResult {
  std::vector<MsealCall> calls;
  int exit_status = -1;  // -1 where the process did not exit
  int signal = 0;
};

// The program's standard output goes nowhere. Children of the program are not watched; mseal fails
// in them with ENOSYS.
TraceResult TraceMseal(const std::vector<std::string>& argv, const TraceOptions& options);

}  // namespace signet::test
