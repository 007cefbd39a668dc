// SPDX-License-Identifier: MIT
#include "tests/support/process.h"

#include <fcntl.h>
#include <poll.h>
#include <signal.h>
#include <sys/wait.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <cerrno>
#include <cstring>
#include <ostream>
#include <system_error>
#include <utility>

namespace signet::test {
namespace {

constexpr std::array kSteeringPrefixes = {"LD_", "SIGNET_", "GLIBC_TUNABLES=", "LC_", "LANG"};

[[noreturn]] void ThrowErrno(const char* what) {
  throw std::system_error(errno, std::generic_category(), what);
}

struct Pipe {
  int read_end = -1;
  int write_end = -1;
};

Pipe MakePipe() {
  int ends[2];
  if (pipe2(ends, O_CLOEXEC) != 0) ThrowErrno("pipe2");
  return {ends[0], ends[1]};
}

void Close(int& descriptor) {
  if (descriptor >= 0) close(descriptor);
  descriptor = -1;
}

std::vector<char*> Pointers(const std::vector<std::string>& strings) {
  std::vector<char*> pointers;
  for (const std::string& string : strings) pointers.push_back(const_cast<char*>(string.c_str()));
  pointers.push_back(nullptr);
  return pointers;
}

}  // namespace

std::ostream& operator<<(std::ostream& stream, const RunResult& result) {
  if (result.timed_out) stream << "timed out, ";
  if (result.signal != 0) {
    stream << "ended by signal " << result.signal << " (" << strsignal(result.signal) << ")";
  } else {
    stream << "exit status " << result.exit_status;
  }
  return stream << "\n--- stdout\n" << result.out << "--- stderr\n" << result.err << "---\n";
}

std::vector<std::string> BaseEnvironment() {
  std::vector<std::string> environment;
  for (char** entry = environ; *entry != nullptr; ++entry) {
    const std::string_view variable = *entry;
    if (std::ranges::none_of(kSteeringPrefixes, [variable](const char* prefix) {
          return variable.starts_with(prefix);
        })) {
      environment.emplace_back(variable);
    }
  }
  environment.emplace_back("LC_ALL=C");
  return environment;
}

std::vector<std::string> WithVariables(std::vector<std::string> environment,
                                       const std::vector<std::string>& changes) {
  for (const std::string& change : changes) {
    const std::string name = change.substr(0, change.find('=') + 1);
    std::erase_if(environment, [&name](const std::string& old) { return old.starts_with(name); });
    environment.push_back(change);
  }
  return environment;
}

std::vector<std::string> AsNobody() {
  return {"/usr/bin/setpriv", "--reuid=65534", "--regid=65534", "--clear-groups", "--"};
}

Process::Process(const std::vector<std::string>& argv, const std::vector<std::string>& environment,
                 RunOptions options)
    : pending_input_(std::move(options.input)),
      deadline_(std::chrono::steady_clock::now() + options.timeout) {
  Pipe input = MakePipe();
  Pipe output = MakePipe();
  Pipe errors = MakePipe();
  // Everything the child needs is made before the fork.
  const std::string executable =
      options.executable.empty() ? argv.at(0) : options.executable.string();
  const std::string directory = options.directory.string();
  const std::vector<char*> arguments = Pointers(argv);
  const std::vector<char*> variables = Pointers(environment);

  pid_ = fork();
  if (pid_ < 0) ThrowErrno("fork");
  if (pid_ == 0) {
    setpgid(0, 0);
    signal(SIGPIPE, SIG_DFL);
    dup2(input.read_end, STDIN_FILENO);
    dup2(output.write_end, STDOUT_FILENO);
    dup2(errors.write_end, STDERR_FILENO);
    const bool is_user = !options.user || setuid(*options.user) == 0;
    if (is_user && (directory.empty() || chdir(directory.c_str()) == 0)) {
      execve(executable.c_str(), arguments.data(), variables.data());
    }
    dprintf(STDERR_FILENO, "cannot execute %s: %s\n", executable.c_str(), strerror(errno));
    _exit(255);
  }
  setpgid(pid_, pid_);
  Close(input.read_end);
  Close(output.write_end);
  Close(errors.write_end);
  input_ = input.write_end;
  outputs_[0] = output.read_end;
  outputs_[1] = errors.read_end;
  fcntl(input_, F_SETFL, O_NONBLOCK);
  signal(SIGPIPE, SIG_IGN);
  if (pending_input_.empty()) Close(input_);
}

Process::~Process() {
  Close(input_);
  for (int& output : outputs_) Close(output);
  if (pid_ > 0) {
    KillGroup();
    waitpid(pid_, nullptr, 0);
  }
}

void Process::KillGroup() const {
  kill(-pid_, SIGKILL);
  kill(pid_, SIGKILL);
}

void Process::Signal(int signal) const { kill(pid_, signal); }

bool Process::FeedInput() {
  const ssize_t written = write(input_, pending_input_.data(), pending_input_.size());
  if (written > 0) pending_input_.erase(0, static_cast<size_t>(written));
  const bool failed = written < 0 && errno != EAGAIN && errno != EINTR;
  if (failed || pending_input_.empty()) Close(input_);
  return !failed;
}

bool Process::Read() {
  if (outputs_[0] < 0 && outputs_[1] < 0) return false;
  const auto left = std::chrono::duration_cast<std::chrono::milliseconds>(
      deadline_ - std::chrono::steady_clock::now());
  if (left.count() <= 0) {
    result_.timed_out = true;
    return false;
  }
  // poll() skips negative descriptors.
  std::array<pollfd, 3> polled = {
      {{outputs_[0], POLLIN, 0}, {outputs_[1], POLLIN, 0}, {input_, POLLOUT, 0}}};
  if (poll(polled.data(), polled.size(), static_cast<int>(left.count())) < 0) return errno == EINTR;
  if (polled[2].revents != 0) FeedInput();
  std::string* const texts[] = {&result_.out, &result_.err};
  for (size_t i = 0; i < std::size(outputs_); ++i) {
    if (polled[i].revents == 0) continue;
    char buffer[65536];
    const ssize_t got = read(outputs_[i], buffer, sizeof buffer);
    if (got > 0) {
      texts[i]->append(buffer, static_cast<size_t>(got));
    } else if (got == 0 || errno != EINTR) {
      Close(outputs_[i]);
    }
  }
  return true;
}

bool Process::WaitForOutput(std::string_view text) {
  while (result_.out.find(text) == std::string::npos) {
    if (!Read()) return false;
  }
  return true;
}

RunResult Process::Finish() {
  while (Read()) {
  }
  // The process may have closed both outputs and still be running.
  int status = 0;
  pid_t reaped = 0;
  while (!result_.timed_out && (reaped = waitpid(pid_, &status, WNOHANG)) == 0) {
    usleep(1000);
    result_.timed_out = std::chrono::steady_clock::now() >= deadline_;
  }
  if (result_.timed_out) {
    KillGroup();
    reaped = waitpid(pid_, &status, 0);
  }
  if (reaped == pid_) {
    if (WIFEXITED(status)) result_.exit_status = WEXITSTATUS(status);
    if (WIFSIGNALED(status)) result_.signal = WTERMSIG(status);
  }
  pid_ = -1;
  return result_;
}

RunResult RunProgram(const std::vector<std::string>& argv,
                     const std::vector<std::string>& environment, const RunOptions& options) {
  Process process(argv, environment, options);
  return process.Finish();
}

}  // namespace signet::test
