// SPDX-License-Identifier: MIT
#include "loader/services/state.h"

namespace signet {

void BeginServices(Process& process) {
  process.services = ArenaNew<ServiceState>();
  PrepareUnloading(process);
}

}  // namespace signet
