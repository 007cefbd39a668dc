// SPDX-License-Identifier: MIT
//
// The version of the running kernel, and whether it has mseal.
#pragma once

#include <string>

namespace signet::tool {

inline constexpr long kMsealNumber = 462;  // on every ABI; not in Debian 12's headers

struct KernelInfo {
  std::string release;  // as `uname -r`
  bool has_mseal;       // a filter of system calls may still deny it to a process
};

// Asks the kernel. Never fails; thread-safe.
KernelInfo GetKernelInfo();

}  // namespace signet::tool
