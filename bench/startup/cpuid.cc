// SPDX-License-Identifier: MIT
#include "bench/startup/cpuid.h"

#include <cpuid.h>
#include <sys/ptrace.h>
#include <sys/user.h>
#include <sys/wait.h>

#include <cerrno>
#include <chrono>
#include <cstddef>
#include <cstdint>
#include <unordered_map>
#include <vector>

#include "bench/startup/statistics.h"

namespace signet::bench {
namespace {

constexpr int kSamples = 1000;
constexpr long kOpcode = 0xa20f;  // the instruction's two bytes, as a little-endian number
constexpr long kOpcodeMask = 0xffff;

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
  const pid_t pid = LaunchTraced(command);
  int count = 0;
  int status = 0;
  int signal = 0;  // is delivered, so that a program that crashes comes to its end
  std::unordered_map<uint64_t, bool> is_cpuid;  // by address: loops come to most of them again
  do {
    const auto address = static_cast<uint64_t>(
        ptrace(PTRACE_PEEKUSER, pid, offsetof(user_regs_struct, rip), nullptr));
    auto place = is_cpuid.find(address);
    if (place == is_cpuid.end()) place = is_cpuid.emplace(address, IsCpuid(pid, address)).first;
    if (place->second) ++count;
    if (ptrace(PTRACE_SINGLESTEP, pid, nullptr, signal) != 0) break;
    if (waitpid(pid, &status, 0) != pid) break;
    signal = WSTOPSIG(status) == SIGTRAP ? 0 : WSTOPSIG(status);
  } while (WIFSTOPPED(status));
  return count;
}

}  // namespace signet::bench
