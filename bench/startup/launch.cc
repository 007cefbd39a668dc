// SPDX-License-Identifier: MIT
#include "bench/startup/launch.h"

#include <fcntl.h>
#include <sched.h>
#include <spawn.h>
#include <sys/mman.h>
#include <sys/ptrace.h>
#include <sys/resource.h>
#include <sys/wait.h>
#include <unistd.h>

#include <array>
#include <cerrno>
#include <chrono>
#include <system_error>

namespace signet::bench {
namespace {

[[noreturn]] void Throw(int error, const std::string& what) {
  throw std::system_error(error, std::generic_category(), what);
}

// A file in memory, which is emptied for each run.
class Capture {
 public:
  Capture() : descriptor_(memfd_create("output", MFD_CLOEXEC)) {
    if (descriptor_ < 0) Throw(errno, "memfd_create");
  }
  ~Capture() { close(descriptor_); }
  Capture(const Capture&) = delete;
  Capture& operator=(const Capture&) = delete;

  int descriptor() const { return descriptor_; }

  std::string Text() const {
    std::string text;
    std::array<char, 4096> buffer{};
    for (ssize_t got; (got = pread(descriptor_, buffer.data(), buffer.size(),
                                   static_cast<off_t>(text.size()))) > 0;) {
      text.append(buffer.data(), static_cast<size_t>(got));
    }
    return text;
  }

 private:
  int descriptor_;
};

// Standard input and error are /dev/null, and so is the output if it does not go to a file.
class Redirection {
 public:
  explicit Redirection(const Capture* capture) {
    posix_spawn_file_actions_init(&actions_);
    posix_spawn_file_actions_addopen(&actions_, STDIN_FILENO, "/dev/null", O_RDWR, 0);
    posix_spawn_file_actions_adddup2(
        &actions_, capture == nullptr ? STDIN_FILENO : capture->descriptor(), STDOUT_FILENO);
    posix_spawn_file_actions_adddup2(&actions_, STDIN_FILENO, STDERR_FILENO);
  }
  ~Redirection() { posix_spawn_file_actions_destroy(&actions_); }
  Redirection(const Redirection&) = delete;
  Redirection& operator=(const Redirection&) = delete;

  const posix_spawn_file_actions_t* get() const { return &actions_; }

 private:
  posix_spawn_file_actions_t actions_;
};

std::vector<char*> Pointers(const std::vector<std::string>& strings) {
  std::vector<char*> pointers;
  pointers.reserve(strings.size() + 1);
  for (const std::string& string : strings) pointers.push_back(const_cast<char*>(string.c_str()));
  pointers.push_back(nullptr);
  return pointers;
}

double Seconds(const timeval& time) {
  return static_cast<double>(time.tv_sec) + static_cast<double>(time.tv_usec) / 1e6;
}

}  // namespace

std::optional<std::string> FindProgram(const std::string& name) {
  for (const char* directory : {"/usr/bin/", "/usr/local/bin/"}) {
    std::string path = directory + name;
    if (access(path.c_str(), X_OK) == 0) return path;
  }
  return std::nullopt;
}

Run Launch(const Command& command, Output output) {
  std::optional<Capture> capture;
  if (output == Output::kKeep) capture.emplace();
  const Redirection redirection(capture ? &*capture : nullptr);
  const std::vector<char*> argv = Pointers(command.argv);
  const std::vector<char*> environment = Pointers(command.environ);
  pid_t pid = 0;
  int status = 0;
  rusage usage{};

  const auto start = std::chrono::steady_clock::now();
  const int error = posix_spawn(&pid, command.file.c_str(), redirection.get(), nullptr, argv.data(),
                                environment.data());
  if (error != 0) Throw(error, command.file);
  if (wait4(pid, &status, 0, &usage) < 0) Throw(errno, "wait4");
  const std::chrono::duration<double> elapsed = std::chrono::steady_clock::now() - start;
  return {.wall_seconds = elapsed.count(),
          .cpu_seconds = Seconds(usage.ru_utime) + Seconds(usage.ru_stime),
          .minor_faults = static_cast<double>(usage.ru_minflt),
          .status = status,
          .output = capture ? capture->Text() : ""};
}

pid_t LaunchTraced(const Command& command) {
  const std::vector<char*> argv = Pointers(command.argv);
  const std::vector<char*> environment = Pointers(command.environ);
  const pid_t pid = fork();
  if (pid < 0) Throw(errno, "fork");
  if (pid == 0) {
    const int null = open("/dev/null", O_RDWR);
    for (const int stream : {STDIN_FILENO, STDOUT_FILENO, STDERR_FILENO}) dup2(null, stream);
    if (ptrace(PTRACE_TRACEME, 0, nullptr, nullptr) == 0) {
      execve(command.file.c_str(), argv.data(), environment.data());
    }
    _exit(127);
  }
  int status = 0;
  if (waitpid(pid, &status, 0) != pid) Throw(errno, "waitpid");
  if (!WIFSTOPPED(status)) Throw(EPERM, "ptrace " + command.file);
  return pid;
}

int PinToOneProcessor() {
  cpu_set_t allowed;
  if (sched_getaffinity(0, sizeof allowed, &allowed) != 0) Throw(errno, "sched_getaffinity");
  // The last one: interrupts often go to the first.
  int last = CPU_SETSIZE - 1;
  while (!CPU_ISSET(last, &allowed)) --last;
  cpu_set_t one;
  CPU_ZERO(&one);
  CPU_SET(last, &one);
  if (sched_setaffinity(0, sizeof one, &one) != 0) Throw(errno, "sched_setaffinity");
  return last;
}

}  // namespace signet::bench
