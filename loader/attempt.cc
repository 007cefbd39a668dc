// SPDX-License-Identifier: MIT
#include "loader/attempt.h"

namespace signet {

constinit bool attempting = false;

}  // namespace signet
