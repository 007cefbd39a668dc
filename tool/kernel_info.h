// SPDX-License-Identifier: MIT
//
// The version of the running kernel, and whether it has mseal.
#pragma once

#include <string>
#include <string_view>

namespace signet::tool {

inline constexpr long kMsealNumber = 462;  // on every ABI; not in Debian 12's headers

struct KernelInfo {
  std::string release;        // as `uname -r`
  bool has_mseal;             // even if a filter of system calls denies it
  bool mseal_denied = false;  // to this process, by a filter, which may also end who calls it
};

// What to say if mseal is denied by a filter.
inline constexpr std::string_view kMsealDenied =
    "the kernel has mseal, but a filter of system calls denies it; allow mseal (462) in the "
    "profile of the container or service";

// Asks the kernel, and a filter what it answers. Never fails. Not thread-safe: under a filter it
// forks.
KernelInfo GetKernelInfo();

}  // namespace signet::tool
