// SPDX-License-Identifier: MIT
//
// See loader_child.h.
#include "tool/process/loader_child.h"

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
#include <utility>

#include "tool/process/loader_command.h"

namespace signet::tool {
namespace {

Error Failed(std::string_view what, int error) {
  return {fmt::format("cannot {}: {}", what, strerror(error))};
}

void PassOn(int descriptor) {
  if (descriptor == kReportDescriptor) {
    fcntl(descriptor, F_SETFD, 0);
  } else {
    dup2(descriptor, kReportDescriptor);
  }
}

// `report`: the end of the pipe to write to, or -1.
[[noreturn]] void BecomeLoader(const std::vector<std::string>& command, pid_t parent, int report) {
  // A stopped process ignores ^C: it must not be left behind if this one is killed.
  prctl(PR_SET_PDEATHSIG, SIGKILL);
  if (getppid() != parent) _exit(kExitFailed);
  dup2(STDERR_FILENO, STDOUT_FILENO);
  if (report >= 0) PassOn(report);
  const int last = report >= 0 ? kReportDescriptor : STDERR_FILENO;
  close_range(static_cast<unsigned>(last) + 1, UINT_MAX, 0);
  const Error error = Execute(command);
  fmt::print(stderr, "signet: {}\n", error.message);
  _exit(error.exit_status);
}

}  // namespace

Result<LoaderChild> LoaderChild::Start(const std::vector<std::string>& command, std::string name,
                                       Pipe pipe) {
  int ends[2] = {-1, -1};
  if (pipe == Pipe::kForReport && pipe2(ends, O_CLOEXEC) != 0) return Failed("make a pipe", errno);
  const pid_t parent = getpid();
  fflush(nullptr);
  const pid_t pid = fork();
  if (pid == 0) BecomeLoader(command, parent, ends[1]);
  const int error = errno;
  LoaderChild child(pid > 0 ? pid : 0, std::move(name), ends[0]);
  if (ends[1] >= 0) close(ends[1]);
  if (pid < 0) return Failed("fork", error);
  return child;
}

LoaderChild::LoaderChild(LoaderChild&& other) noexcept
    : pid_(std::exchange(other.pid_, 0)),
      name_(std::move(other.name_)),
      report_(std::exchange(other.report_, -1)) {}

LoaderChild::~LoaderChild() {
  if (report_ >= 0) close(report_);
  if (pid_ == 0) return;
  kill(pid_, SIGKILL);
  WaitForEnd();
}

std::optional<Error> LoaderChild::WaitUntilStopped() {
  while (true) {
    int status = 0;
    if (waitpid(pid_, &status, WUNTRACED) < 0) {
      if (errno == EINTR) continue;
      return Failed(fmt::format("wait for process {}", pid_), errno);
    }
    if (!WIFSTOPPED(status)) {
      pid_ = 0;
      return Ended(status, "it was linked", "stopping for the report");
    }
    // Another stop is the terminal's (^Z), which continues both again.
    if (WSTOPSIG(status) == SIGSTOP) return std::nullopt;
  }
}

Result<std::vector<std::byte>> LoaderChild::ReadReport(size_t limit) {
  auto report = ReadPipe(limit);
  if (!report.ok()) return report.error();
  const int status = WaitForEnd();
  if (status != 0 || report->empty()) return Ended(status, "its seals were attacked", "a report");
  return report;
}

Result<std::vector<std::byte>> LoaderChild::ReadPipe(size_t limit) const {
  std::vector<std::byte> report;
  std::vector<std::byte> buffer(size_t{1} << 16);
  while (true) {
    const ssize_t count = read(report_, buffer.data(), buffer.size());
    if (count == 0) return report;
    if (count < 0 && errno == EINTR) continue;
    if (count < 0) return Failed("read the loader's report", errno);
    if (report.size() + static_cast<size_t>(count) > limit)
      return Error{fmt::format("the loader's report: more than {} bytes", limit)};
    report.insert(report.end(), buffer.begin(), buffer.begin() + count);
  }
}

int LoaderChild::WaitForEnd() {
  int status = 0;
  while (waitpid(pid_, &status, 0) < 0 && errno == EINTR) {
  }
  pid_ = 0;
  return status;
}

// The child ended with the wait status `status` and had not done its part. The error's exit status
// is the child's (128 + N after signal N); its message is empty if the child printed its own.
Error LoaderChild::Ended(int status, std::string_view before, std::string_view without) const {
  if (WIFSIGNALED(status)) {
    const int signal = WTERMSIG(status);
    const char* abbreviation = sigabbrev_np(signal);
    return {fmt::format("{}: ended by SIG{} before {}", name_,
                        abbreviation != nullptr ? abbreviation : std::to_string(signal), before),
            128 + signal};
  }
  if (WEXITSTATUS(status) == 0) {
    return {fmt::format("{}: ended without {}", name_, without), kExitFailed};
  }
  return {"", WEXITSTATUS(status)};
}

}  // namespace signet::tool
