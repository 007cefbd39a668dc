// SPDX-License-Identifier: MIT
//
// See loader_process.h.
#include "tool/process/loader_process.h"

#include <fcntl.h>
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

#include "tool/cli/loader_command.h"

namespace signet::tool {
namespace {

void PassOn(int given) {
  if (given == kGivenDescriptor) {
    fcntl(given, F_SETFD, 0);
  } else {
    dup2(given, kGivenDescriptor);
  }
}

[[noreturn]] void RunChild(const std::vector<std::string>& command, pid_t parent, int given) {
  // A stopped process ignores ^C: it must not be left behind where this one is killed.
  prctl(PR_SET_PDEATHSIG, SIGKILL);
  if (getppid() != parent) _exit(kExitFailed);
  dup2(STDERR_FILENO, STDOUT_FILENO);
  if (given >= 0) PassOn(given);
  close_range(static_cast<unsigned>(given >= 0 ? kGivenDescriptor : STDERR_FILENO) + 1, UINT_MAX,
              0);
  const Error error = Execute(command);
  fmt::print(stderr, "signet: {}\n", error.message);
  _exit(error.exit_status);
}

}  // namespace

Result<pid_t> StartLoader(const std::vector<std::string>& command, int given) {
  const pid_t parent = getpid();
  fflush(nullptr);
  const pid_t pid = fork();
  if (pid < 0) return Error{fmt::format("cannot fork: {}", strerror(errno))};
  if (pid == 0) RunChild(command, parent, given);
  return pid;
}

Error LoaderEnded(std::string_view name, int status, std::string_view before,
                  std::string_view without) {
  if (WIFSIGNALED(status)) {
    const int signal = WTERMSIG(status);
    const char* abbreviation = sigabbrev_np(signal);
    return {fmt::format("{}: ended by SIG{} before {}", name,
                        abbreviation != nullptr ? abbreviation : std::to_string(signal), before),
            128 + signal};
  }
  if (WEXITSTATUS(status) == 0) {
    return {fmt::format("{}: ended without {}", name, without), kExitFailed};
  }
  return {"", WEXITSTATUS(status)};
}

}  // namespace signet::tool
