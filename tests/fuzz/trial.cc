// SPDX-License-Identifier: MIT
#include "tests/fuzz/trial.h"

#include <fcntl.h>
#include <sys/ptrace.h>
#include <sys/resource.h>
#include <sys/user.h>
#include <sys/wait.h>
#include <unistd.h>

#include <csignal>
#include <cstdio>
#include <cstdlib>
#include <fstream>
#include <sstream>

namespace signet::test {
namespace {

// A mutant may ask for a lot. Nothing that is sound needs so much.
constexpr rlim_t kCpuSeconds = 2;
constexpr rlim_t kMemory = rlim_t{8} << 30;
constexpr unsigned kSeconds = 60;
constexpr uint64_t kStackWords = 48;  // enough for the nearest callers
constexpr int kCannotStart = 125;     // of the child before it executes argv[0]

std::vector<char*> Pointers(const std::vector<std::string>& strings) {
  std::vector<char*> pointers;
  pointers.reserve(strings.size() + 1);
  for (const std::string& string : strings) pointers.push_back(const_cast<char*>(string.c_str()));
  pointers.push_back(nullptr);
  return pointers;
}

void Limit(int what, rlim_t soft, rlim_t hard) {
  const rlimit limit = {soft, hard};
  setrlimit(static_cast<__rlimit_resource>(what), &limit);
}

[[noreturn]] void Execute(char* const* argv, char* const* environment, int progress,
                          bool is_shown) {
  if (!is_shown) {
    const int null = open("/dev/null", O_RDWR);
    for (int fd = 0; fd < 3; ++fd) dup2(null, fd);
  }
  if (progress >= 0) dup2(progress, 3);
  Limit(RLIMIT_CPU, kCpuSeconds, kCpuSeconds + 1);
  Limit(RLIMIT_AS, kMemory, kMemory);
  Limit(RLIMIT_CORE, 0, 0);
  alarm(kSeconds);
  ptrace(PTRACE_TRACEME, 0, nullptr, nullptr);
  execve(argv[0], argv, environment);
  _exit(kCannotStart);
}

bool IsFatal(int signal) {
  return signal == SIGSEGV || signal == SIGBUS || signal == SIGILL || signal == SIGFPE ||
         signal == SIGTRAP || signal == SIGABRT;
}

// True if an indirect call or jump (FF /2, FF /4) is at `address`.
bool IsIndirectCall(pid_t thread, uint64_t address) {
  uint64_t code = static_cast<uint64_t>(ptrace(PTRACE_PEEKTEXT, thread, address, nullptr));
  if ((code & 0xf0) == 0x40) code >>= 8;  // REX
  const uint64_t operation = code >> 11 & 7;
  return (code & 0xff) == 0xff && (operation == 2 || operation == 4);
}

// Fills in where the thread is.
void Locate(pid_t thread, TrialResult& result) {
  user_regs_struct registers;
  siginfo_t info;
  if (ptrace(PTRACE_GETREGS, thread, nullptr, &registers) != 0) return;
  if (ptrace(PTRACE_GETSIGINFO, thread, nullptr, &info) == 0) {
    result.is_call = info.si_signo == SIGSEGV && IsIndirectCall(thread, registers.rip);
  }
  result.offset = registers.rip;
  std::ifstream maps("/proc/" + std::to_string(thread) + "/maps");
  for (std::string line; std::getline(maps, line);) {
    uint64_t start = 0;
    uint64_t end = 0;
    uint64_t offset = 0;
    int path = 0;
    std::sscanf(line.c_str(), "%lx-%lx %*s %lx %*s %*s %n", &start, &end, &offset, &path);
    if (registers.rip < start || registers.rip >= end) continue;
    result.where = line.substr(static_cast<size_t>(path));
    result.offset = registers.rip - start + offset;
    for (uint64_t i = 0; i < kStackWords; ++i) {
      const auto word = static_cast<uint64_t>(
          ptrace(PTRACE_PEEKDATA, thread, registers.rsp + i * sizeof(uint64_t), nullptr));
      if (word >= start && word < end) result.callers.push_back(word - start + offset);
    }
  }
}

// Follows all threads until the process is gone.
class Tracer {
 public:
  explicit Tracer(pid_t process) : process_(process) {}

  TrialResult Run() {
    int status = 0;
    waitpid(process_, &status, 0);
    // The stop after execve.
    if (!WIFSTOPPED(status)) return NotStarted(status);
    ptrace(PTRACE_SETOPTIONS, process_, nullptr, PTRACE_O_EXITKILL | PTRACE_O_TRACECLONE);
    ptrace(PTRACE_CONT, process_, nullptr, nullptr);
    while (!is_over_) {
      const pid_t thread = waitpid(-1, &status, __WALL);
      if (thread < 0) break;
      if (WIFSTOPPED(status)) {
        Stopped(thread, status);
      } else if (thread == process_) {
        Ended(status);
      }
    }
    return result_;
  }

 private:
  TrialResult NotStarted(int status) {
    result_.end = TrialResult::End::kNotStarted;
    result_.status = WIFEXITED(status) ? WEXITSTATUS(status) : WTERMSIG(status);
    return result_;
  }

  void Stopped(pid_t thread, int status) {
    int signal = WSTOPSIG(status);
    const bool is_event = status >> 16 != 0;
    const bool is_time_up = signal == SIGXCPU || signal == SIGALRM;
    if (!is_event && !is_found_ && (IsFatal(signal) || is_time_up)) {
      is_found_ = true;
      result_.end = is_time_up ? TrialResult::End::kHung : TrialResult::End::kCrashed;
      result_.status = signal;
      Locate(thread, result_);
      kill(process_, SIGKILL);
    }
    // A new thread begins with a stop.
    if (is_event || signal == SIGSTOP) signal = 0;
    ptrace(PTRACE_CONT, thread, nullptr, signal);
  }

  void Ended(int status) {
    is_over_ = true;
    if (is_found_) return;
    result_.end = WIFEXITED(status) ? TrialResult::End::kExited : TrialResult::End::kKilled;
    result_.status = WIFEXITED(status) ? WEXITSTATUS(status) : WTERMSIG(status);
  }

  pid_t process_;
  bool is_found_ = false;
  bool is_over_ = false;
  TrialResult result_;
};

}  // namespace

TrialResult RunTrial(const std::vector<std::string>& argv,
                     const std::vector<std::string>& environment, int progress, bool is_shown) {
  const std::vector<char*> arguments = Pointers(argv);
  const std::vector<char*> variables = Pointers(environment);
  const pid_t child = fork();
  if (child == 0) Execute(arguments.data(), variables.data(), progress, is_shown);
  if (child < 0) {
    std::perror("fork");
    std::exit(2);
  }
  return Tracer(child).Run();
}

}  // namespace signet::test
