// SPDX-License-Identifier: MIT
//
// What tests must know about the running kernel.
#pragma once

#include <sys/syscall.h>
#include <unistd.h>

#include <cerrno>

namespace signet::test {

inline bool KernelHasMseal() { return syscall(462, nullptr, 0, 0) == 0 || errno != ENOSYS; }

}  // namespace signet::test
