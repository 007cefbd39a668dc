// SPDX-License-Identifier: MIT
//
// What the running kernel is, and whether it has mseal.
#pragma once

#include <string>

namespace signet::tool {

inline constexpr long kMsealNumber = 462;  // on every ABI; Debian 12's headers do not know it

struct KernelInfo {
  std::string release;  // as `uname -r`
  bool has_mseal;       // mseal(2) is there; it may still be refused to a process by a filter
};

// Asks the kernel. Never fails; thread-safe.
KernelInfo GetKernelInfo();

}  // namespace signet::tool
