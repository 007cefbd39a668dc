// SPDX-License-Identifier: MIT
//
// Child processes for tests: a command line and an environment -> exit status, output, errors.
// Nothing is inherited by accident: standard input is empty unless given, the environment is what
// the caller passes, and a child that takes too long is killed with its whole process group.
#pragma once

#include <sys/types.h>

#include <chrono>
#include <filesystem>
#include <iosfwd>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace signet::test {

struct RunOptions {
  std::chrono::milliseconds timeout = std::chrono::seconds(60);
  std::string input = {};                 // what standard input holds
  std::filesystem::path directory = {};   // working directory; empty: the caller's
  std::filesystem::path executable = {};  // the file to execute, if not argv[0]
  std::optional<uid_t> user = {};         // the user to run it as; for root only
};

struct RunResult {
  int exit_status = -1;    // -1 if the process did not exit
  int signal = 0;          // the signal that ended it, or 0
  bool timed_out = false;  // it was killed because it took too long
  std::string out = {};
  std::string err = {};

  bool operator==(const RunResult&) const = default;
};

// For gtest's messages: how it ended, then both outputs.
std::ostream& operator<<(std::ostream& stream, const RunResult& result);

// This process's environment, without the variables that steer a dynamic linker, and LC_ALL=C.
std::vector<std::string> BaseEnvironment();

// `environment` with each NAME=VALUE of `changes`, which replaces an older NAME.
std::vector<std::string> WithVariables(std::vector<std::string> environment,
                                       const std::vector<std::string>& changes);

// The beginning of a command line that executes the rest as nobody, without groups; for root only.
std::vector<std::string> AsNobody();

// A running child. The destructor kills and reaps it if it is still alive.
class Process {
 public:
  Process(const std::vector<std::string>& argv, const std::vector<std::string>& environment,
          RunOptions options = {});
  ~Process();
  Process(const Process&) = delete;
  Process& operator=(const Process&) = delete;

  pid_t pid() const { return pid_; }

  // Reads until `text` has appeared on standard output. False at the end of the file or when the
  // time is up.
  bool WaitForOutput(std::string_view text);
  // Reads both outputs to their ends and waits for the exit. To be called once.
  RunResult Finish();
  void Signal(int signal) const;

 private:
  // Waits for output and stores it. False when both outputs are at their ends or time is up.
  bool Read();
  bool FeedInput();
  void KillGroup() const;

  pid_t pid_ = -1;
  int input_ = -1;
  int outputs_[2] = {-1, -1};
  std::string pending_input_;
  std::chrono::steady_clock::time_point deadline_;
  RunResult result_;
};

// Runs a command to its end.
RunResult RunProgram(const std::vector<std::string>& argv,
                     const std::vector<std::string>& environment = BaseEnvironment(),
                     const RunOptions& options = {});

}  // namespace signet::test
