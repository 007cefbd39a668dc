// SPDX-License-Identifier: MIT
#include "base/abandon.h"

namespace signet {
namespace {

constinit bool can_abandon = false;

}  // namespace

bool CanAbandon() { return can_abandon; }
void SetCanAbandon(bool can) { can_abandon = can; }

}  // namespace signet
