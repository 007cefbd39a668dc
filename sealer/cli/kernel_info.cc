// SPDX-License-Identifier: MIT
//
// See kernel_info.h.
#include "sealer/cli/kernel_info.h"

#include <sys/utsname.h>
#include <unistd.h>

#include <cerrno>

#include "elf/types.h"

namespace signet::cli {
namespace {

constexpr long kMsealNumber = 462;  // on every ABI; Debian 12's headers do not know it

}  // namespace

KernelInfo GetKernelInfo() {
  utsname names{};
  uname(&names);
  // No byte from any page-aligned address on is sealed, so this only asks.
  const bool has_mseal =
      syscall(kMsealNumber, elf::kPageSize, size_t{0}, 0UL) == 0 || errno != ENOSYS;
  return {names.release, has_mseal};
}

}  // namespace signet::cli
