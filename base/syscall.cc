// SPDX-License-Identifier: MIT
#include "base/syscall.h"

namespace signet::sys {

constinit uint64_t call_count = 0;

}  // namespace signet::sys
