// SPDX-License-Identifier: MIT
#include "tests/real/own_calls.h"

#include <signal.h>
#include <sys/ptrace.h>
#include <sys/wait.h>

#include <cstdint>
#include <fstream>
#include <sstream>
#include <stdexcept>
#include <string>

namespace signet::test {
namespace {

struct Range {
  uint64_t begin = 0;
  uint64_t end = 0;

  bool Contains(uint64_t address) const { return address >= begin && address < end; }
};

// Where a process executes code of `file`.
Range CodeOf(pid_t pid, const std::filesystem::path& file) {
  std::ifstream maps("/proc/" + std::to_string(pid) + "/maps");
  for (std::string line; std::getline(maps, line);) {
    std::istringstream words(line);
    Range range;
    char dash = 0;
    std::string permissions;
    std::string offset;
    std::string device;
    std::string inode;
    std::string path;
    words >> std::hex >> range.begin >> dash >> range.end >> permissions >> offset >> device >>
        inode >> path;
    if (permissions.find('x') != std::string::npos && path == file) return range;
  }
  throw std::runtime_error(file.string() + " is not mapped");
}

}  // namespace

int CountOwnCalls(const bench::Command& command, const std::filesystem::path& linker) {
  const pid_t pid = bench::LaunchTraced(command);
  ptrace(PTRACE_SETOPTIONS, pid, nullptr, PTRACE_O_TRACESYSGOOD | PTRACE_O_EXITKILL);
  // Nothing of the process has run yet. The kernel has mapped the linker, which never moves.
  const Range code = CodeOf(pid, std::filesystem::canonical(linker));

  int count = 0;
  int status = 0;
  int signal = 0;
  while (ptrace(PTRACE_SYSCALL, pid, nullptr, signal) == 0 && waitpid(pid, &status, 0) == pid &&
         WIFSTOPPED(status)) {
    signal = WSTOPSIG(status);
    if (signal != (SIGTRAP | 0x80)) continue;  // a signal, to be delivered
    signal = 0;
    __ptrace_syscall_info info = {};
    ptrace(PTRACE_GET_SYSCALL_INFO, pid, sizeof info, &info);
    const bool is_entry = info.op == PTRACE_SYSCALL_INFO_ENTRY;
    if (is_entry && code.Contains(info.instruction_pointer)) ++count;
  }
  return count;
}

}  // namespace signet::test
