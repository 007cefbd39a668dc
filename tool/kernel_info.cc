// SPDX-License-Identifier: MIT
//
// See kernel_info.h.
#include "tool/kernel_info.h"

#include <sys/utsname.h>
#include <unistd.h>

#include <cerrno>

#include "base/page.h"
#include "elf/types.h"

namespace signet::tool {
KernelInfo GetKernelInfo() {
  utsname names{};
  uname(&names);
  // A call with a size of 0 seals nothing. It shows whether the kernel has the system call.
  const bool has_mseal = syscall(kMsealNumber, kPageSize, size_t{0}, 0UL) == 0 || errno != ENOSYS;
  return {names.release, has_mseal};
}

}  // namespace signet::tool
