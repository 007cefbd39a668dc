// SPDX-License-Identifier: MIT
#include "loader/loader_lock.h"

namespace signet {

constinit RecursiveLock loader_lock;

}  // namespace signet
