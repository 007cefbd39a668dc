// SPDX-License-Identifier: MIT
#include "base/abandon.h"

namespace signet {
namespace {

constinit bool can_abandon = false;
constinit const char* abandon_reason = nullptr;

}  // namespace

bool CanAbandon() { return can_abandon; }

void Abandon(const char* reason) {
  abandon_reason = reason;
  signet_abandon();
}

const char* RunAbandonable(void (*body)(void*), void* argument) {
  can_abandon = true;
  const bool is_done = signet_run_abandonable(body, argument);
  can_abandon = false;
  return is_done ? nullptr : abandon_reason;
}

}  // namespace signet
