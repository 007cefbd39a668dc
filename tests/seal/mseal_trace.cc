// SPDX-License-Identifier: MIT
#include "tests/seal/mseal_trace.h"

#include <elf.h>
#include <fcntl.h>
#include <linux/filter.h>
#include <linux/seccomp.h>
#include <sys/prctl.h>
#include <sys/ptrace.h>
#include <sys/syscall.h>
#include <sys/user.h>
#include <sys/wait.h>
#include <unistd.h>

#include <cerrno>
#include <csignal>
#include <cstddef>
#include <fstream>
#include <stdexcept>

namespace signet::test {
namespace {

constexpr unsigned kMseal = 462;

std::vector<char*> Pointers(const std::vector<std::string>& strings) {
  std::vector<char*> pointers;
  for (const std::string& string : strings) pointers.push_back(const_cast<char*>(string.c_str()));
  pointers.push_back(nullptr);
  return pointers;
}

[[noreturn]] void Become(char** argv, char** environment) {
  sock_filter code[] = {
      BPF_STMT(BPF_LD | BPF_W | BPF_ABS, offsetof(seccomp_data, nr)),
      BPF_JUMP(BPF_JMP | BPF_JEQ | BPF_K, kMseal, 0, 1),
      BPF_STMT(BPF_RET | BPF_K, SECCOMP_RET_TRACE),
      BPF_STMT(BPF_RET | BPF_K, SECCOMP_RET_ALLOW),
  };
  const sock_fprog filter = {.len = std::size(code), .filter = code};
  dup2(open("/dev/null", O_WRONLY), STDOUT_FILENO);
  if (ptrace(PTRACE_TRACEME, 0, nullptr, nullptr) == 0 && raise(SIGSTOP) == 0 &&
      prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0) == 0 &&
      syscall(SYS_seccomp, SECCOMP_SET_MODE_FILTER, 0, &filter) == 0) {
    execve(argv[0], argv, environment);
  }
  _exit(255);
}

class Tracer {
 public:
  Tracer(pid_t pid, const TraceOptions& options) : pid_(pid), options_(options) {}

  TraceResult Run() {
    int status = 0;
    waitpid(pid_, &status, 0);
    ptrace(PTRACE_SETOPTIONS, pid_, nullptr,
           PTRACE_O_TRACESECCOMP | PTRACE_O_TRACEEXEC | PTRACE_O_TRACEEXIT | PTRACE_O_TRACECLONE |
               PTRACE_O_TRACESYSGOOD | PTRACE_O_EXITKILL);
    ptrace(PTRACE_CONT, pid_, nullptr, nullptr);
    pid_t stopped;
    while ((stopped = waitpid(-1, &status, __WALL)) > 0) {
      if (WIFSTOPPED(status)) {
        ptrace(PTRACE_CONT, stopped, nullptr, SignalToDeliver(stopped, status));
      } else if (stopped == pid_) {
        if (WIFEXITED(status)) result_.exit_status = WEXITSTATUS(status);
        if (WIFSIGNALED(status)) result_.signal = WTERMSIG(status);
        break;
      }
    }
    return result_;
  }

 private:
  // Handles what stopped a thread. Returns the signal that the thread is to get.
  long SignalToDeliver(pid_t thread, int status) {
    switch (status >> 16) {
      case PTRACE_EVENT_SECCOMP:
        WatchCall(thread);
        return 0;
      case PTRACE_EVENT_EXEC:
        if (options_.at_entry) SetBreakpoint();
        return 0;
      case PTRACE_EVENT_EXIT:
        if (thread == pid_ && options_.at_exit) options_.at_exit(pid_);
        return 0;
      case 0:
        break;
      default:
        return 0;
    }
    const int signal = WSTOPSIG(status);
    if (signal == SIGTRAP && has_breakpoint_) {
      options_.at_entry(pid_);
      return SIGKILL;
    }
    return signal == SIGSTOP || signal == SIGTRAP ? 0 : signal;
  }

  // At the entry of the executed program, before anything of it is sealed.
  void SetBreakpoint() {
    std::ifstream auxv("/proc/" + std::to_string(pid_) + "/auxv", std::ios::binary);
    Elf64_auxv_t entry = {};
    while (auxv.read(reinterpret_cast<char*>(&entry), sizeof entry) && entry.a_type != AT_ENTRY) {
    }
    constexpr uint64_t kBreakpoints = 0xcccccccccccccccc;
    has_breakpoint_ = ptrace(PTRACE_POKETEXT, pid_, entry.a_un.a_val, kBreakpoints) == 0;
  }

  void WatchCall(pid_t thread) {
    user_regs_struct registers = {};
    ptrace(PTRACE_GETREGS, thread, nullptr, &registers);
    MsealCall call = {registers.rdi, registers.rsi, registers.rdx, 0};
    if (result_.calls.size() - options_.first_to_fail < options_.count_to_fail) {
      call.result = -options_.error;
      registers.orig_rax = static_cast<unsigned long long>(-1);  // no system call at all
      registers.rax = static_cast<unsigned long long>(call.result);
      ptrace(PTRACE_SETREGS, thread, nullptr, &registers);
    } else {
      int status = 0;
      ptrace(PTRACE_SYSCALL, thread, nullptr, nullptr);
      waitpid(thread, &status, __WALL);
      ptrace(PTRACE_GETREGS, thread, nullptr, &registers);
      call.result = static_cast<long>(registers.rax);
    }
    result_.calls.push_back(call);
  }

  pid_t pid_;
  const TraceOptions& options_;
  bool has_breakpoint_ = false;
  TraceResult result_;
};

}  // namespace

TraceResult TraceMseal(const std::vector<std::string>& argv, const TraceOptions& options) {
  std::vector<char*> arguments = Pointers(argv);
  std::vector<char*> environment = Pointers(options.environment);
  const pid_t pid = fork();
  if (pid < 0) throw std::runtime_error("cannot fork");
  if (pid == 0) Become(arguments.data(), environment.data());
  return Tracer(pid, options).Run();
}

}  // namespace signet::test
