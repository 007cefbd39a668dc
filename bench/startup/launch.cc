// SPDX-License-Identifier: MIT
#include "bench/startup/launch.h"

#include <fcntl.h>
#include <spawn.h>
#include <sys/resource.h>
#include <sys/wait.h>
#include <unistd.h>

#include <cerrno>
#include <chrono>
#include <fstream>
#include <system_error>

#include "tests/support/process.h"

namespace signet::bench {
namespace {

// Standard input, output and error are /dev/null.
class Silence {
 public:
  Silence() {
    posix_spawn_file_actions_init(&actions_);
    posix_spawn_file_actions_addopen(&actions_, STDIN_FILENO, "/dev/null", O_RDWR, 0);
    posix_spawn_file_actions_adddup2(&actions_, STDIN_FILENO, STDOUT_FILENO);
    posix_spawn_file_actions_adddup2(&actions_, STDIN_FILENO, STDERR_FILENO);
  }
  ~Silence() { posix_spawn_file_actions_destroy(&actions_); }
  Silence(const Silence&) = delete;
  Silence& operator=(const Silence&) = delete;

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

}  // namespace

std::optional<std::string> FindProgram(const std::string& name) {
  for (const char* directory : {"/usr/bin/", "/usr/local/bin/"}) {
    std::string path = directory + name;
    if (access(path.c_str(), X_OK) == 0) return path;
  }
  return std::nullopt;
}

Run Launch(const Command& command) {
  const Silence silence;
  const std::vector<char*> argv = Pointers(command.argv);
  const std::vector<char*> environment = Pointers(command.environ);
  pid_t pid = 0;
  int status = 0;
  rusage usage{};

  const auto start = std::chrono::steady_clock::now();
  const int error = posix_spawn(&pid, command.file.c_str(), silence.get(), nullptr, argv.data(),
                                environment.data());
  if (error != 0) throw std::system_error(error, std::generic_category(), command.file);
  if (wait4(pid, &status, 0, &usage) < 0) {
    throw std::system_error(errno, std::generic_category(), "wait4");
  }
  const std::chrono::duration<double> elapsed = std::chrono::steady_clock::now() - start;
  return {elapsed.count(), static_cast<double>(usage.ru_minflt), status};
}

std::optional<long> CountSystemCalls(const Command& command, const std::string& scratch) {
  const std::optional<std::string> strace = FindProgram("strace");
  if (!strace) return std::nullopt;
  std::vector<std::string> argv = {*strace, "-fc", "-Ucalls,name", "-o", scratch, command.file};
  argv.insert(argv.end(), command.argv.begin() + 1, command.argv.end());
  test::RunProgram(argv, command.environ);

  // The summary's last line is the total.
  std::ifstream summary(scratch);
  std::string calls;
  for (std::string word, previous; summary >> word; previous = word) {
    if (word == "total") calls = previous;
  }
  return calls.empty() ? std::nullopt : std::optional(std::stol(calls));
}

}  // namespace signet::bench
