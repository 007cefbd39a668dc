// SPDX-License-Identifier: MIT
#include "loader/sys/syscall.h"

namespace signet::sys {

constinit uint64_t call_count = 0;
constinit int open_files[8] = {};
constinit uint64_t lowest_choice = 0;

}  // namespace signet::sys
