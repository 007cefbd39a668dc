// SPDX-License-Identifier: MIT
//
// See frozen_process.h and ptrace(2).
#include "tool/process/frozen_process.h"

#include <fmt/format.h>
#include <sys/ptrace.h>
#include <sys/user.h>
#include <sys/wait.h>

#include <algorithm>
#include <cerrno>
#include <charconv>
#include <chrono>
#include <csignal>
#include <cstring>
#include <filesystem>
#include <string>
#include <thread>
#include <utility>

#include "tool/process/wait_status.h"

namespace signet::tool {
namespace {

Error Failed(std::string_view what, pid_t process, int error) {
  return {fmt::format("cannot {} process {}: {}", what, process, strerror(error))};
}

std::vector<pid_t> ListThreads(pid_t process) {
  std::vector<pid_t> threads;
  std::error_code error;
  for (const auto& entry :
       std::filesystem::directory_iterator(fmt::format("/proc/{}/task", process), error)) {
    const std::string name = entry.path().filename();
    pid_t thread = 0;
    std::from_chars(name.data(), name.data() + name.size(), thread);
    threads.push_back(thread);
  }
  return threads;
}

// Signals of an instruction. A thread that goes on behind them meets them again.
bool IsFault(int signal) {
  return signal == SIGSEGV || signal == SIGBUS || signal == SIGILL || signal == SIGFPE ||
         signal == SIGSYS;
}

}  // namespace

// A thread that is being stopped may still start another one.
Result<FrozenProcess> FrozenProcess::Freeze(pid_t process) {
  FrozenProcess frozen(process);
  int error = ESRCH;
  while (frozen.StopNewThreads(error)) frozen.WaitForStops();
  const auto stopped = std::find_if(frozen.threads_.begin(), frozen.threads_.end(),
                                    [](const Thread& thread) { return thread.stopped; });
  if (stopped == frozen.threads_.end())
    return Failed("stop", process, frozen.threads_.empty() ? error : EBUSY);
  std::iter_swap(frozen.threads_.begin(), stopped);
  return frozen;
}

FrozenProcess::FrozenProcess(FrozenProcess&& other) noexcept
    : process_(std::exchange(other.process_, 0)), threads_(std::move(other.threads_)) {}

// The first thread remains until all others are reaped, which only their tracer can do.
FrozenProcess::~FrozenProcess() {
  if (process_ == 0) return;
  kill(process_, SIGKILL);
  for (const Thread& thread : threads_) {
    if (thread.id == process_ || thread.gone) continue;
    while (waitpid(thread.id, nullptr, __WALL) > 0) {
    }
  }
}

// False if there are no new threads. `error` is why the last of them could not be traced.
bool FrozenProcess::StopNewThreads(int& error) {
  bool found = false;
  for (const pid_t id : ListThreads(process_)) {
    if (std::any_of(threads_.begin(), threads_.end(),
                    [id](const Thread& thread) { return thread.id == id; }))
      continue;
    if (ptrace(PTRACE_SEIZE, id, 0, PTRACE_O_EXITKILL) != 0) {
      error = errno;  // as a rule, it has ended
      continue;
    }
    ptrace(PTRACE_INTERRUPT, id, 0, 0);
    threads_.push_back({id});
    found = true;
  }
  return found;
}

// A thread that sleeps in the kernel and that nothing wakes, as one that waits for a vfork does,
// stops before it executes another instruction of the program. Nobody has to wait for it.
void FrozenProcess::WaitForStops() {
  constexpr auto kPatience = std::chrono::seconds(1);
  const auto deadline = std::chrono::steady_clock::now() + kPatience;
  bool waiting = true;
  while (waiting && std::chrono::steady_clock::now() < deadline) {
    waiting = false;
    for (Thread& thread : threads_) {
      if (thread.stopped || thread.gone) continue;
      int status = 0;
      const pid_t changed = waitpid(thread.id, &status, WNOHANG | __WALL);
      thread.stopped = changed == thread.id && WIFSTOPPED(status);
      thread.gone = changed < 0 || (changed == thread.id && !thread.stopped);
      waiting |= changed == 0;
    }
    if (waiting) std::this_thread::sleep_for(std::chrono::milliseconds(1));
  }
}

std::optional<Error> FrozenProcess::Call(uint64_t entry, uint64_t stack,
                                         std::string_view name) const {
  constexpr uint64_t kUserCode = 0x33;  // selectors: a thread may be in 32-bit code
  constexpr uint64_t kUserStack = 0x2b;
  constexpr uint64_t kDirectionFlag = 0x400;
  user_regs_struct registers;
  if (ptrace(PTRACE_GETREGS, thread(), 0, &registers) != 0) return Failed("stop", process_, errno);
  registers.rip = entry;
  registers.rsp = stack - sizeof(uint64_t);  // as behind a call
  registers.orig_rax = UINT64_MAX;           // no system call is to be restarted
  registers.eflags &= ~kDirectionFlag;
  registers.cs = kUserCode;
  registers.ss = kUserStack;
  if (ptrace(PTRACE_SETREGS, thread(), 0, &registers) != 0)
    return Failed("direct", process_, errno);
  for (;;) {
    int status = 0;
    if (ptrace(PTRACE_CONT, thread(), 0, 0) != 0) return Failed("continue", process_, errno);
    while (waitpid(thread(), &status, __WALL) < 0) {
      if (errno != EINTR) return Failed("wait for", process_, errno);
    }
    if (!WIFSTOPPED(status) || IsFault(WSTOPSIG(status)))
      return Error{fmt::format("{}: {} while its seals were attacked", name, HowItEnded(status))};
    const bool is_event = status >> 16 != 0;
    if (!is_event && WSTOPSIG(status) == SIGSTOP) return std::nullopt;
    // Other signals, from the program's timers and children for example, are dropped.
  }
}

}  // namespace signet::tool
