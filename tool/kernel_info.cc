// SPDX-License-Identifier: MIT
//
// See kernel_info.h.
#include "tool/kernel_info.h"

#include <linux/seccomp.h>
#include <sys/prctl.h>
#include <sys/utsname.h>
#include <unistd.h>

#include <cerrno>
#include <cstdio>

#include "base/page.h"
#include "tool/ask_child.h"

namespace signet::tool {
namespace {

// A call with a size of 0 seals nothing. It shows whether there is the system call: 0, or an errno
// value.
int CallMseal() { return syscall(kMsealNumber, kPageSize, size_t{0}, 0UL) == 0 ? 0 : errno; }

// Every kernel from 6.10 on has it: nothing in its configuration leaves it out.
bool IsNewEnoughForMseal(const char* release) {
  unsigned major = 0;
  unsigned minor = 0;
  return std::sscanf(release, "%u.%u", &major, &minor) == 2 &&
         (major > 6 || (major == 6 && minor >= 10));
}

}  // namespace

KernelInfo GetKernelInfo() {
  utsname names{};
  uname(&names);
  if (prctl(PR_GET_SECCOMP) != SECCOMP_MODE_FILTER)
    return {.release = names.release, .has_mseal = CallMseal() != ENOSYS};
  // A filter answers with whatever errno value it likes, ENOSYS in Podman's default profile.
  if (AskChild(CallMseal) == 0) return {.release = names.release, .has_mseal = true};
  const bool has_mseal = IsNewEnoughForMseal(names.release);
  return {.release = names.release, .has_mseal = has_mseal, .mseal_denied = has_mseal};
}

}  // namespace signet::tool
