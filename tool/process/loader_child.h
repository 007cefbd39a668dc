// SPDX-License-Identifier: MIT
//
// A loader that runs as a child process: started, waited for, read from, and ended.
//
// Input: the loader's command line. Output: a process that has stopped, or the bytes that it wrote.
// Does not look at these, nor into the process's memory.
#pragma once

#include <sys/types.h>

#include <cstddef>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "tool/result.h"

namespace signet::tool {

// Where a child finds the pipe that it writes its report to.
inline constexpr int kReportDescriptor = 3;

// Movable. One thread at a time. The thread that starts the child must outlive this object, because
// the kernel ends the child when that thread ends.
class LoaderChild {
 public:
  enum class Pipe { kNone, kForReport };

  // Starts `command`. Errors call the child `name`. Its standard output is this process's standard
  // error, so that it cannot mix with what the tool prints. It inherits no descriptors but the
  // standard three and, if there is one, the pipe.
  static Result<LoaderChild> Start(const std::vector<std::string>& command, std::string name,
                                   Pipe pipe = Pipe::kNone);

  LoaderChild(LoaderChild&& other) noexcept;
  LoaderChild& operator=(LoaderChild&& other) = delete;
  ~LoaderChild();  // ends the child and reaps it

  pid_t pid() const { return pid_; }  // 0: it has ended

  // Waits until the child stops itself (--stop). Gives the error if it ends instead.
  std::optional<Error> WaitUntilStopped();

  // Reads the pipe to its end, and waits until the child ends. Fails if there are more than `limit`
  // bytes or none, and if the child's exit status is not 0.
  Result<std::vector<std::byte>> ReadReport(size_t limit);

 private:
  LoaderChild(pid_t pid, std::string name, int report)
      : pid_(pid), name_(std::move(name)), report_(report) {}

  Result<std::vector<std::byte>> ReadPipe(size_t limit) const;
  int WaitForEnd();
  Error Ended(int status, std::string_view before, std::string_view without) const;

  pid_t pid_;  // 0: reaped, or moved from
  std::string name_;
  int report_;  // the end of the pipe to read from, or -1
};

}  // namespace signet::tool
