// SPDX-License-Identifier: MIT
#include "loader/services/exit.h"

#include "loader/link/constructors.h"
#include "loader/services/unload.h"

namespace signet {
namespace {

void RunDestructors() {
  const Process& process = TheProcess();
  EndUnloading(process);
  RunModuleDestructors(process, *process.program);
  for (size_t i = process.init_order.size(); i-- != 0;) {
    // If a constructor called exit, modules behind it were not initialised.
    if (process.init_order[i]->init.is_initialised)
      RunModuleDestructors(process, *process.init_order[i]);
  }
}

}  // namespace

uint64_t RunDestructorsAddress() { return std::bit_cast<uint64_t>(&RunDestructors); }

}  // namespace signet
