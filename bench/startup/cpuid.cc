// SPDX-License-Identifier: MIT
#include "bench/startup/cpuid.h"

#include <cpuid.h>
#include <fcntl.h>
#include <sys/ptrace.h>
#include <sys/user.h>
#include <sys/wait.h>
#include <unistd.h>

#include <cerrno>
#include <chrono>
#include <cstddef>
#include <cstdint>
#include <system_error>
#include <unordered_map>
#include <vector>

#include "bench/startup/statistics.h"

namespace signet::bench {
namespace {

constexpr int kSamples = 1000;
constexpr long kOpcode = 0xa20f;  // the instruction's two bytes, as a little-endian number
constexpr long kOpcodeMask = 0xffff;

[[noreturn]] void Throw(const std::string& what) {
  throw std::system_error(errno, std::generic_category(), what);
}

bool IsCpuid(pid_t pid, uint64_t address) {
  errno = 0;
  const long word = ptrace(PTRACE_PEEKTEXT, pid, address, nullptr);
  return errno == 0 && (word & kOpcodeMask) == kOpcode;
}

}  // namespace

double TimeOfCpuid() {
  std::vector<double> samples;
  for (int i = 0; i < kSamples; ++i) {
    unsigned a = 0;
    unsigned b = 0;
    unsigned c = 0;
    unsigned d = 0;
    const auto start = std::chrono::steady_clock::now();
    __cpuid(0, a, b, c, d);
    const std::chrono::duration<double> elapsed = std::chrono::steady_clock::now() - start;
    samples.push_back(elapsed.count());
  }
  return QuartilesOf(samples).median;
}

int CountCpuids(const Command& command) {
  std::vector<char*> argv;
  for (const std::string& word : command.argv) argv.push_back(const_cast<char*>(word.c_str()));
  argv.push_back(nullptr);
  std::vector<char*> environment;
  for (const std::string& entry : command.environ) {
    environment.push_back(const_cast<char*>(entry.c_str()));
  }
  environment.push_back(nullptr);

  const pid_t pid = fork();
  if (pid < 0) Throw("fork");
  if (pid == 0) {
    const int null = open("/dev/null", O_RDWR);
    for (const int stream : {STDIN_FILENO, STDOUT_FILENO, STDERR_FILENO}) dup2(null, stream);
    if (ptrace(PTRACE_TRACEME, 0, nullptr, nullptr) == 0) {
      execve(command.file.c_str(), argv.data(), environment.data());
    }
    _exit(127);
  }

  int count = 0;
  int status = 0;
  std::unordered_map<uint64_t, bool> is_cpuid;  // by address: loops come to most of them again
  if (waitpid(pid, &status, 0) == pid && !WIFSTOPPED(status)) {
    errno = EPERM;
    Throw("ptrace " + command.file);
  }
  while (WIFSTOPPED(status)) {
    const auto address = static_cast<uint64_t>(
        ptrace(PTRACE_PEEKUSER, pid, offsetof(user_regs_struct, rip), nullptr));
    auto place = is_cpuid.find(address);
    if (place == is_cpuid.end()) place = is_cpuid.emplace(address, IsCpuid(pid, address)).first;
    if (place->second) ++count;
    // A signal is delivered, so that a program that crashes comes to its end.
    const int signal = WSTOPSIG(status) == SIGTRAP ? 0 : WSTOPSIG(status);
    if (ptrace(PTRACE_SINGLESTEP, pid, nullptr, signal) != 0) break;
    if (waitpid(pid, &status, 0) != pid) break;
  }
  return count;
}

}  // namespace signet::bench
