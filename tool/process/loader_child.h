// SPDX-License-Identifier: MIT
//
// A loader that runs as a child process: started, waited for, continued, and ended.
//
// Input: the loader's command line. Output: a process that has stopped. Does not look into its
// memory. The child inherits no descriptor but the standard three: code of the program runs in it
// before the program is sealed, and could write to any other.
#pragma once

#include <sys/types.h>

#include <chrono>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "tool/result.h"

namespace signet::tool {

// Movable. One thread at a time. The thread that starts the child must outlive this object, because
// the kernel ends the child when that thread ends.
class LoaderChild {
 public:
  // Starts `command`. Errors call the child `name`. Its standard output is this process's standard
  // error, so that it cannot mix with what the tool prints.
  static Result<LoaderChild> Start(const std::vector<std::string>& command, std::string name);

  LoaderChild(LoaderChild&& other) noexcept;
  LoaderChild& operator=(LoaderChild&& other) = delete;
  ~LoaderChild();  // ends the child and reaps it

  pid_t pid() const { return pid_; }  // 0: it has ended

  // Waits until the child stops itself (--stop, --verify). Gives the error if it ends instead,
  // `before` something.
  std::optional<Error> WaitUntilStopped(std::string_view before);

  void Continue() const;

  // The program runs in it now. Waits for so long, or, without a limit, until it stops itself
  // (SIGSTOP). Gives the error if it ends earlier, `before` something.
  std::optional<Error> WaitWhileItRuns(std::optional<std::chrono::seconds> limit,
                                       std::string_view before);

 private:
  LoaderChild(pid_t pid, std::string name) : pid_(pid), name_(std::move(name)) {}

  Result<int> WaitForChange();  // its wait status
  Result<bool> WaitForEnd(std::chrono::seconds limit) const;
  Error Ended(int status, std::string_view before) const;

  pid_t pid_;  // 0: reaped, or moved from
  std::string name_;
};

}  // namespace signet::tool
