// SPDX-License-Identifier: MIT
//
// What the running kernel is, and whether it has mseal.
#pragma once

#include <string>

namespace signet::cli {

struct KernelInfo {
  std::string release;  // as `uname -r`
  bool has_mseal;       // mseal(2) is there; it may still be refused to a process by a filter
};

// Asks the kernel. Never fails; thread-safe.
KernelInfo GetKernelInfo();

}  // namespace signet::cli
