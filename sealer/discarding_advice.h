// SPDX-License-Identifier: MIT
//
// Which advice discards pages: the list is that of is_discard in the kernel's mm/madvise.c. A seal
// on memory that may not be written refuses such advice.
#pragma once

#include <sys/mman.h>

#include "protocol/kernel_interface.h"

namespace signet {

inline constexpr int kDiscardingAdvice[] = {
    MADV_DONTNEED,          MADV_FREE,           MADV_REMOVE, MADV_DONTFORK, MADV_WIPEONFORK,
    kMadviseDontneedLocked, kMadviseGuardInstall};

constexpr bool IsDiscardingAdvice(long advice) {
  for (const int discard : kDiscardingAdvice) {
    if (advice == discard) return true;
  }
  return false;
}

}  // namespace signet
