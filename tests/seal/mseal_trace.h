// SPDX-License-Identifier: MIT
//
// Runs a program under ptrace and watches its mseal calls. Input: a command line. Output: every
// call with its range and result. Calls can be made to fail. Only mseal stops the program;
// everything else runs at full speed.
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
  // These calls, counted from 0, are not made: they fail with `error`.
  size_t first_to_fail = 0;
  size_t count_to_fail = 0;
  int error = 0;
  // Called when the process ends, while its memory still exists.
  std::function<void(pid_t)> at_exit = {};
  // Called before the first instruction of the executed program, when its interpreter has finished.
  // The process ends then.
  std::function<void(pid_t)> at_entry = {};
};

struct TraceResult {
  std::vector<MsealCall> calls;
  int exit_status = -1;  // -1 if the process did not exit
  int signal = 0;
};

// The program's standard output is dropped. Its children are not watched, and mseal fails with
// ENOSYS in them.
TraceResult TraceMseal(const std::vector<std::string>& argv, const TraceOptions& options);

}  // namespace signet::test
