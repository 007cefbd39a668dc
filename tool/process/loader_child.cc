// SPDX-License-Identifier: MIT
//
// See loader_child.h.
#include "tool/process/loader_child.h"

#include <fmt/format.h>
#include <linux/close_range.h>
#include <poll.h>
#include <sys/prctl.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <climits>
#include <csignal>
#include <cstdio>
#include <cstring>
#include <utility>

#include "tool/printable.h"
#include "tool/process/loader_command.h"
#include "tool/process/wait_status.h"

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

// Stops other than by SIGSTOP are the terminal's (^Z), which continues this process and the child
// again.
Result<int> LoaderChild::WaitForChange() {
  while (true) {
    int status = 0;
    if (waitpid(pid_, &status, WUNTRACED) < 0) {
      if (errno == EINTR) continue;
      return Failed(fmt::format("wait for process {}", pid_), errno);
    }
    if (WIFSTOPPED(status) && WSTOPSIG(status) != SIGSTOP) continue;
    if (!WIFSTOPPED(status)) pid_ = 0;
    return status;
  }
}

std::optional<Error> LoaderChild::WaitUntilStopped(std::string_view before) {
  const Result<int> status = WaitForChange();
  if (!status.ok()) return status.error();
  if (WIFSTOPPED(*status)) return std::nullopt;
  return Ended(*status, before);
}

std::optional<Error> LoaderChild::WaitWhileItRuns(std::optional<std::chrono::seconds> limit,
                                                  std::string_view before) {
  if (limit) {
    const Result<bool> has_ended = WaitForEnd(*limit);
    if (!has_ended.ok()) return has_ended.error();
    if (!*has_ended) return std::nullopt;
  }
  const Result<int> status = WaitForChange();
  if (!status.ok()) return status.error();
  if (WIFSTOPPED(*status)) return std::nullopt;
  return Error{fmt::format("{}: {} before {}", name_, HowItEnded(*status), before)};
}

// True if it has ended within the limit.
Result<bool> LoaderChild::WaitForEnd(std::chrono::seconds limit) const {
  using std::chrono::steady_clock;
  const int handle = static_cast<int>(syscall(SYS_pidfd_open, pid_, 0));
  if (handle < 0) return Failed(fmt::format("wait for process {}", pid_), errno);
  const auto deadline = steady_clock::now() + limit;
  pollfd waited = {.fd = handle, .events = POLLIN, .revents = 0};
  int count = 0;
  do {
    const auto rest = std::chrono::ceil<std::chrono::milliseconds>(deadline - steady_clock::now());
    count = poll(&waited, 1, static_cast<int>(std::max<int64_t>(rest.count(), 0)));
  } while (count < 0 && errno == EINTR);
  const int error = errno;
  close(handle);
  if (count < 0) return Failed(fmt::format("wait for process {}", pid_), error);
  return count != 0;
}

void LoaderChild::Continue() const { kill(pid_, SIGCONT); }

// The loader ended with the wait status `status` and had not done its part. The error's exit status
// is the child's (128 + N after signal N); its message is empty if the child printed its own.
Error LoaderChild::Ended(int status, std::string_view before) const {
  if (WIFSIGNALED(status)) {
    Error error = {fmt::format("{}: {} before {}", name_, HowItEnded(status), before),
                   128 + WTERMSIG(status)};
    if (WTERMSIG(status) == SIGSYS)
      error.hint = "A filter of system calls has ended it; 'signet doctor' says more.";
    return error;
  }
  if (WEXITSTATUS(status) == 0) {
    return {fmt::format("{}: ended without stopping for the report", name_), kExitFailed};
  }
  return {"", WEXITSTATUS(status)};
}

}  // namespace signet::tool
