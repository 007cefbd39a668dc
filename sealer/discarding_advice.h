// SPDX-License-Identifier: MIT
//
// Which advice throws pages away: what the kernel's is_discard (mm/madvise.c) says, and a seal on
// memory that may not be written refuses.
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
