// SPDX-License-Identifier: MIT
//
// See kernel_info.h.
#include "sealer/cli/kernel_info.h"

#include <sys/utsname.h>
#include <unistd.h>

#include <cerrno>

#include "elf/types.h"

namespace signet::cli {
KernelInfo GetKernelInfo() {
  utsname names{};
  uname(&names);
  // No byte from any page-aligned address on is sealed, so this only asks.
  const bool has_mseal =
      syscall(kMsealNumber, elf::kPageSize, size_t{0}, 0UL) == 0 || errno != ENOSYS;
  return {names.release, has_mseal};
}

}  // namespace signet::cli
