// SPDX-License-Identifier: MIT
//
// A process whose threads have all been stopped, wherever they were, by ptrace.
//
// Input: a child process. Output: the process, for good in that state: one thread can be sent on to
// other code, the others never go on. It is ended with this object.
#pragma once

#include <sys/types.h>

#include <cstdint>
#include <optional>
#include <string_view>
#include <vector>

#include "tool/result.h"

namespace signet::tool {

// Movable. One thread at a time, and always the same one.
class FrozenProcess {
 public:
  // Fails if the process cannot be traced, or has no thread left that can be stopped.
  static Result<FrozenProcess> Freeze(pid_t process);

  FrozenProcess(FrozenProcess&& other) noexcept;
  FrozenProcess& operator=(FrozenProcess&& other) = delete;
  ~FrozenProcess();  // ends the process. Who started it reaps it

  // A thread that is there. The first one may have ended, and then its directory in /proc shows no
  // memory.
  pid_t thread() const { return threads_.front().id; }

  // Lets this thread call the function at `entry`, on the stack that
  // ends at `stack`, and waits until it stops the process by SIGSTOP. Errors call the process
  // `name`. To be called once.
  std::optional<Error> Call(uint64_t entry, uint64_t stack, std::string_view name) const;

 private:
  explicit FrozenProcess(pid_t process) : process_(process) {}

  bool StopNewThreads(int& error);
  void WaitForStops();

  struct Thread {
    pid_t id;
    bool stopped = false;
    bool gone = false;
  };

  pid_t process_;  // 0: moved from
  std::vector<Thread> threads_;
};

}  // namespace signet::tool
