// SPDX-License-Identifier: MIT
//
// See stopped_program.h.
#include "sealer/cli/stopped_program.h"

#include <fmt/format.h>
#include <linux/close_range.h>
#include <sys/prctl.h>
#include <sys/wait.h>
#include <unistd.h>

#include <cerrno>
#include <climits>
#include <csignal>
#include <cstdio>
#include <cstring>
#include <utility>

#include "sealer/cli/loader_command.h"

namespace signet::cli {
namespace {

[[noreturn]] void RunChild(const std::vector<std::string>& command, pid_t parent) {
  // A stopped process ignores ^C: it must not be left behind where this one is killed.
  prctl(PR_SET_PDEATHSIG, SIGKILL);
  if (getppid() != parent) _exit(kExitFailed);
  dup2(STDERR_FILENO, STDOUT_FILENO);
  close_range(STDERR_FILENO + 1, UINT_MAX, 0);
  const Error error = Execute(command);
  fmt::print(stderr, "signet: {}\n", error.message);
  _exit(error.exit_status);
}

Error Ended(const std::string& name, int status) {
  if (WIFSIGNALED(status)) {
    const int signal = WTERMSIG(status);
    const char* abbreviation = sigabbrev_np(signal);
    return {fmt::format("{}: ended by SIG{} before it was linked", name,
                        abbreviation != nullptr ? abbreviation : std::to_string(signal)),
            128 + signal};
  }
  if (WEXITSTATUS(status) == 0) {
    return {fmt::format("{}: ended without stopping for the report", name), kExitFailed};
  }
  return {"", WEXITSTATUS(status)};
}

}  // namespace

Result<StoppedProgram> StoppedProgram::Start(const std::vector<std::string>& command,
                                             const std::string& name) {
  const pid_t parent = getpid();
  fflush(nullptr);
  const pid_t pid = fork();
  if (pid < 0) return Error{fmt::format("cannot fork: {}", strerror(errno))};
  if (pid == 0) RunChild(command, parent);

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
    return Ended(name, status);
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

}  // namespace signet::cli
