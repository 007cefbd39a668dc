// SPDX-License-Identifier: MIT
#include "loader/services/exit.h"

#include "loader/link/constructors.h"
#include "loader/load/runtime.h"
#include "loader/services/unload.h"

namespace signet {
namespace {

// glibc sorts modules anew. musl runs destructors in reverse order of constructors.
bool SortsDestructors(const Process& process) {
  return process.interpreter != nullptr && !IsMusl(process);
}

// Nothing is unloaded any more, so the links of modules that are unloaded together are free.
void RunInSortedOrder(Process& process) {
  Module* first = OrderDestructors(process, Destruction::kOfAll);
  for (Module* module = first; module != nullptr; module = module->unload.next_removed) {
    // If a constructor called exit, some modules were not initialised.
    if (module->origin == SIGNET_ORIGIN_LIBRARY && module->init.is_initialised)
      RunModuleDestructors(process, *module);
  }
}

void RunInReverse(const Process& process) {
  for (size_t i = process.init_order.size(); i-- != 0;) {
    if (process.init_order[i]->init.is_initialised)
      RunModuleDestructors(process, *process.init_order[i]);
  }
}

void RunDestructors() {
  Process& process = TheProcess();
  EndUnloading(process);
  RunModuleDestructors(process, *process.program);
  if (SortsDestructors(process)) {
    RunInSortedOrder(process);
  } else {
    RunInReverse(process);
  }
}

}  // namespace

uint64_t RunDestructorsAddress() { return std::bit_cast<uint64_t>(&RunDestructors); }

}  // namespace signet
