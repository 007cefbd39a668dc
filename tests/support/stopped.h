// SPDX-License-Identifier: MIT
//
// Waiting for a child that stops itself (SIGSTOP), so that a test can look at it.
#pragma once

#include <sys/types.h>
#include <sys/wait.h>

#include <csignal>

namespace signet::test {

// Waits until the child stops or ends; true if it stopped. The child is not reaped.
inline bool WaitForStop(pid_t child) {
  siginfo_t info = {};
  while (waitid(P_PID, static_cast<id_t>(child), &info, WSTOPPED | WEXITED | WNOWAIT) != 0) {
  }
  return info.si_code == CLD_STOPPED;
}

}  // namespace signet::test
