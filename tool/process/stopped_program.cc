// SPDX-License-Identifier: MIT
//
// See stopped_program.h.
#include "tool/process/stopped_program.h"

#include <fmt/format.h>
#include <sys/wait.h>

#include <cerrno>
#include <csignal>
#include <cstring>
#include <utility>

#include "tool/process/loader_process.h"

namespace signet::tool {

Result<StoppedProgram> StoppedProgram::Start(const std::vector<std::string>& command,
                                             const std::string& name) {
  const Result<pid_t> started = StartLoader(command);
  if (!started.ok()) return started.error();
  const pid_t pid = *started;

  StoppedProgram program(pid);
  while (true) {
    int status = 0;
    if (waitpid(pid, &status, WUNTRACED) < 0) {
      if (errno == EINTR) continue;
      return Error{fmt::format("cannot wait for process {}: {}", pid, strerror(errno))};
    }
    // Another stop is the terminal's (^Z), which continues both again.
    if (WIFSTOPPED(status)) {
      if (WSTOPSIG(status) == SIGSTOP) return program;
      continue;
    }
    program.pid_ = 0;
    return LoaderEnded(name, status, "it was linked", "stopping for the report");
  }
}

StoppedProgram::StoppedProgram(StoppedProgram&& other) noexcept
    : pid_(std::exchange(other.pid_, 0)) {}

StoppedProgram::~StoppedProgram() {
  if (pid_ == 0) return;
  kill(pid_, SIGKILL);
  while (waitpid(pid_, nullptr, 0) < 0 && errno == EINTR) {
  }
}

}  // namespace signet::tool
