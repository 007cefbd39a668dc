// SPDX-License-Identifier: MIT
//
// See wait_status.h.
#include "tool/process/wait_status.h"

#include <fmt/format.h>
#include <sys/wait.h>

#include <cstring>

namespace signet::tool {

std::string HowItEnded(int status) {
  if (WIFEXITED(status)) return fmt::format("ended with status {}", WEXITSTATUS(status));
  const int signal = WIFSTOPPED(status) ? WSTOPSIG(status) : WTERMSIG(status);
  const char* name = sigabbrev_np(signal);
  return fmt::format("ended by SIG{}", name != nullptr ? name : std::to_string(signal));
}

}  // namespace signet::tool
