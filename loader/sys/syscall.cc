// SPDX-License-Identifier: MIT
#include "loader/sys/syscall.h"

namespace signet::sys {

constinit uint64_t call_count = 0;

}  // namespace signet::sys
