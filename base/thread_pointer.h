// SPDX-License-Identifier: MIT
//
// The thread pointer (psABI: the address at %fs:0), which also identifies the thread.
#pragma once

#include <cstdint>

namespace signet {

// libc, or SetThreadPointer (loader/tls/static_tls.h), must have set it.
inline uint64_t ThreadPointer() {
  uint64_t result;
  asm("mov %%fs:0, %0" : "=r"(result));
  return result;
}

}  // namespace signet
