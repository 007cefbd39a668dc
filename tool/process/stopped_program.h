// SPDX-License-Identifier: MIT
//
// A program that is started, linked and sealed, and stops before its first instruction: the loader
// raises SIGSTOP then. Ended and reaped by the destructor.
#pragma once

#include <sys/types.h>

#include <string>
#include <vector>

#include "tool/result.h"

namespace signet::tool {

// Movable. One thread at a time; the thread that starts it must outlive it, because the kernel ends
// the program when that thread ends.
class StoppedProgram {
 public:
  // Starts `command`, a loader's with --stop, and waits until it stops. Errors call it `name`. Its
  // standard output is this process's standard error, so that it cannot mix with a report; it
  // inherits no other descriptor than the standard three. Fails where the program ended instead,
  // with its exit status (128 + N after signal N) and an empty message where it gave its own.
  static Result<StoppedProgram> Start(const std::vector<std::string>& command,
                                      const std::string& name);

  StoppedProgram(StoppedProgram&& other) noexcept;
  StoppedProgram& operator=(StoppedProgram&& other) = delete;
  ~StoppedProgram();

  pid_t pid() const { return pid_; }

 private:
  explicit StoppedProgram(pid_t pid) : pid_(pid) {}

  pid_t pid_;  // 0: moved from
};

}  // namespace signet::tool
