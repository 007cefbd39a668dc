// SPDX-License-Identifier: MIT
//
// See loader_child.h.
#include "tool/process/loader_child.h"

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

#include "tool/printable.h"
#include "tool/process/loader_command.h"

namespace signet::tool {
namespace {

Error Failed(std::string_view what, int error) {
  return {fmt::format("cannot {}: {}", what, strerror(error))};
}

[[noreturn]] void BecomeLoader(const std::vector<std::string>& command, pid_t parent) {
  // A stopped process ignores ^C: it must not be left behind if this one is killed.
  prctl(PR_SET_PDEATHSIG, SIGKILL);
  if (getppid() != parent) _exit(kExitFailed);
  dup2(STDERR_FILENO, STDOUT_FILENO);
  close_range(STDERR_FILENO + 1, UINT_MAX, 0);
  const Error error = Execute(command);
  PrintError(error);
  _exit(error.exit_status);
}

}  // namespace

Result<LoaderChild> LoaderChild::Start(const std::vector<std::string>& command, std::string name) {
  const pid_t parent = getpid();
  fflush(nullptr);
  const pid_t pid = fork();
  if (pid == 0) BecomeLoader(command, parent);
  if (pid < 0) return Failed("fork", errno);
  return LoaderChild(pid, std::move(name));
}

LoaderChild::LoaderChild(LoaderChild&& other) noexcept
    : pid_(std::exchange(other.pid_, 0)), name_(std::move(other.name_)) {}

LoaderChild::~LoaderChild() {
  if (pid_ == 0) return;
  kill(pid_, SIGKILL);
  while (waitpid(pid_, nullptr, 0) < 0 && errno == EINTR) {
  }
}

std::optional<Error> LoaderChild::WaitUntilStopped(std::string_view before) {
  while (true) {
    int status = 0;
    if (waitpid(pid_, &status, WUNTRACED) < 0) {
      if (errno == EINTR) continue;
      return Failed(fmt::format("wait for process {}", pid_), errno);
    }
    if (!WIFSTOPPED(status)) {
      pid_ = 0;
      return Ended(status, before);
    }
    // Another stop is the terminal's (^Z), which continues both again.
    if (WSTOPSIG(status) == SIGSTOP) return std::nullopt;
  }
}

void LoaderChild::Continue() const { kill(pid_, SIGCONT); }

// The child ended with the wait status `status` and had not done its part. The error's exit status
// is the child's (128 + N after signal N); its message is empty if the child printed its own.
Error LoaderChild::Ended(int status, std::string_view before) const {
  if (WIFSIGNALED(status)) {
    const int signal = WTERMSIG(status);
    const char* abbreviation = sigabbrev_np(signal);
    return {fmt::format("{}: ended by SIG{} before {}", name_,
                        abbreviation != nullptr ? abbreviation : std::to_string(signal), before),
            128 + signal};
  }
  if (WEXITSTATUS(status) == 0) {
    return {fmt::format("{}: ended without stopping for the report", name_), kExitFailed};
  }
  return {"", WEXITSTATUS(status)};
}

}  // namespace signet::tool
