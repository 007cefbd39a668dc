// SPDX-License-Identifier: MIT
//
// Starts a command, waits for its end and reports what that took.
//
// Input: a command. Output: its wall time, CPU time, minor faults and exit status, and what it
// printed if that is wanted. Otherwise its input and output are /dev/null. It knows nothing of
// dynamic linkers. From one thread.
#pragma once

#include <sys/types.h>

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
  double wall_seconds = 0;  // from before the spawn to after the wait
  double cpu_seconds = 0;   // of the process and of the children that it has waited for
  double minor_faults = 0;
  int status = 0;  // as wait(2) has it
  std::string output;
};

enum class Output { kDrop, kKeep };

// The path of an executable file called `name` in the system's directories.
std::optional<std::string> FindProgram(const std::string& name);

// Throws std::system_error if the command cannot be started.
Run Launch(const Command& command, Output output = Output::kDrop);

// Starts the command as a child that this process traces, stopped at its first instruction. Its
// input and output are /dev/null. Throws std::system_error if it cannot be traced.
pid_t LaunchTraced(const Command& command);

// This process and those that it starts run on one processor from now on: its number. A process
// that moves to another finds cold caches there. Throws std::system_error.
int PinToOneProcessor();

}  // namespace signet::bench
