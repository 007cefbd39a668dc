// SPDX-License-Identifier: MIT
//
// Tries something in a child process: nothing stays of what it does to its memory, and a filter of
// system calls may end it.
//
// Input: a function. Output: its answer. Not thread-safe: it forks.
#pragma once

#include <sys/resource.h>
#include <sys/wait.h>
#include <unistd.h>

#include <cerrno>
#include <csignal>

namespace signet::tool {

inline constexpr int kNoAnswer = -1;
inline constexpr int kEndedByFilter = -2;

// What `look` returns, from 0 to 255, or one of the above.
template <typename Look>
int AskChild(Look look) {
  const pid_t child = fork();
  if (child < 0) return kNoAnswer;
  if (child == 0) {
    const rlimit none = {};
    setrlimit(RLIMIT_CORE, &none);  // its end is no accident
    _exit(look());
  }
  int status = 0;
  while (waitpid(child, &status, 0) < 0) {
    if (errno != EINTR) return kNoAnswer;
  }
  if (WIFEXITED(status)) return WEXITSTATUS(status);
  return WTERMSIG(status) == SIGSYS ? kEndedByFilter : kNoAnswer;
}

}  // namespace signet::tool
