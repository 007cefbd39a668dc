// SPDX-License-Identifier: MIT
//
// Whether valgrind runs the process. It is no processor: it keeps its own books of what is mapped,
// and knows only the system calls that were there when it was released.
//
// Output: yes or no. It makes no system call; safe in any context.
#pragma once

#include <cstdint>

#pragma GCC visibility push(hidden)

namespace signet {

// The client request RUNNING_ON_VALGRIND: for a processor the rotations add up to nothing.
inline bool RunsOnValgrind() {
  const uint64_t request[6] = {/* VG_USERREQ__RUNNING_ON_VALGRIND */ 0x1001};  // and no arguments
  uint64_t answer = 0;
  asm volatile(
      "rolq $3, %%rdi\n\trolq $13, %%rdi\n\t"
      "rolq $61, %%rdi\n\trolq $51, %%rdi\n\t"
      "xchgq %%rbx, %%rbx"
      : "+d"(answer)
      : "a"(request)
      : "cc", "memory");
  return answer != 0;
}

}  // namespace signet

#pragma GCC visibility pop
