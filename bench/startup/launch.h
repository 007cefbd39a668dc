// SPDX-License-Identifier: MIT
//
// Starts a command, waits for its end and reports what that took.
//
// Input: a command. Output: its wall time, minor faults and exit status, or the number of its
// system calls. Its input and output are /dev/null. It knows nothing of dynamic linkers.
#pragma once

#include <optional>
#include <string>
#include <vector>

namespace signet::bench {

struct Command {
  std::string file;
  std::vector<std::string> argv;     // argv[0] need not be `file`
  std::vector<std::string> environ;  // NAME=VALUE
};

struct Run {
  double seconds = 0;  // from before the spawn to after the wait
  double minor_faults = 0;
  int status = 0;  // as wait(2) has it
};

// The path of an executable file called `name` in the system's directories.
std::optional<std::string> FindProgram(const std::string& name);

// Throws std::system_error if the command cannot be started.
Run Launch(const Command& command);

// The number of system calls of the command, its threads and its children, by strace (which passes
// `file` as argv[0]); nothing if that is not installed. Writes strace's summary to the file
// `scratch`.
std::optional<long> CountSystemCalls(const Command& command, const std::string& scratch);

}  // namespace signet::bench
