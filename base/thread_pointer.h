// SPDX-License-Identifier: MIT
//
// The thread pointer (psABI: the address at %fs:0), which also tells threads apart.
#pragma once

#include <cstdint>

namespace signet {

// Must be set: by libc, or by SetThreadPointer (loader/tls/static_tls.h).
inline uint64_t ThreadPointer() {
  uint64_t result;
  asm("mov %%fs:0, %0" : "=r"(result));
  return result;
}

}  // namespace signet
