// SPDX-License-Identifier: MIT
//
// What this kernel and this machine offer to seal with, under the restrictions of this process.
//
// What can be tried is tried, in a child process if it would leave a trace. The rest is read from
// /proc and the kernel's configuration.
#pragma once

#include <optional>
#include <string>

#include "signet/ledger.h"
#include "tool/kernel_info.h"

namespace signet::tool {

// Whether something is there. If not, the errno value of the attempt, or that a filter of system
// calls has ended the process that tried.
struct Feature {
  bool there = false;
  int error = 0;
  bool is_fatal = false;
};

struct Machine {
  KernelInfo kernel;
  Feature mseal;                           // a page was sealed
  std::optional<bool> seals_shown;         // `sl` in smaps of a sealed page; unknown without mseal
  std::optional<bool> discards_refused;    // MADV_DONTNEED of a sealed, anonymous, read-only page
  Feature procmap_query;                   // the ioctl of /proc/PID/maps, Linux 6.11
  std::optional<bool> vdso_sealed;         // by the kernel itself; unknown under a sealing loader
  std::optional<std::string> vdso_config;  // CONFIG_MSEAL_SYSTEM_MAPPINGS: "y" or "n"
  std::string config_path;                 // the file that says so, or empty
  Feature seccomp;                         // filters that answer with an errno
  bool no_new_privs = false;               // of this process
  Feature user_dispatch;                   // Syscall User Dispatch, Linux 5.11
  Feature protection_keys;                 // one was allocated
  Feature memory_file;                     // /proc/self/mem wrote to a read-only page
  Feature userfaultfd;                     // for faults in user mode
  Feature io_uring;
  std::optional<long> max_map_count;  // vm.max_map_count
  std::optional<long> ptrace_scope;   // Yama's; unknown without Yama
};

// Never fails: what cannot be found out stays unknown. Not thread-safe: it forks.
Machine InspectMachine();

// The strongest backend that seals could have here.
signet_backend StrengthOf(const Machine& machine);

}  // namespace signet::tool
