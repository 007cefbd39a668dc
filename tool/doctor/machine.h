// SPDX-License-Identifier: MIT
//
// What this kernel, this machine and this process's restrictions offer to seal with. Everything
// that can be tried is tried, in a child where it would leave a trace; the rest is read from /proc
// and the kernel's configuration. Decides nothing.
#pragma once

#include <optional>
#include <string>

#include "tool/kernel_info.h"

namespace signet::tool {

// Whether something is there, and the errno of what was tried where it is not.
struct Feature {
  bool there = false;
  int error = 0;
};

struct Machine {
  KernelInfo kernel;
  Feature mseal;                           // a page was sealed
  std::optional<bool> seals_shown;         // `sl` in smaps of a sealed page; unknown without mseal
  std::optional<bool> discards_refused;    // MADV_DONTNEED of a sealed, anonymous, read-only page
  Feature procmap_query;                   // the ioctl of /proc/PID/maps, Linux 6.11
  std::optional<bool> vdso_sealed;         // by the kernel itself; unknown under a sealing loader
  std::optional<std::string> vdso_config;  // CONFIG_MSEAL_SYSTEM_MAPPINGS: "y" or "n"
  std::string config_path;                 // where that was read, or empty
  Feature seccomp;                         // filters that answer with an errno
  bool no_new_privs = false;               // of this process
  Feature user_dispatch;                   // Syscall User Dispatch, Linux 5.11
  Feature protection_keys;                 // one was allocated
  Feature memory_file;                     // /proc/self/mem wrote to a read-only page
  Feature userfaultfd;                     // for faults in user mode
  Feature io_uring;
  std::optional<long> max_map_count;  // vm.max_map_count
  std::optional<long> ptrace_scope;   // Yama's; unknown where there is no Yama
};

// Never fails: what cannot be found out is left open. Not thread-safe: forks.
Machine InspectMachine();

// What would hold seals here.
enum class Strength {
  kKernel,   // mseal
  kSeccomp,  // no mseal, but filters can be installed
  kGuard,    // neither
};
Strength StrengthOf(const Machine& machine);

}  // namespace signet::tool
