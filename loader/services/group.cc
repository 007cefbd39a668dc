// SPDX-License-Identifier: MIT
#include "loader/services/group.h"

#include "loader/load/closure.h"
#include "loader/services/fork_barrier.h"

namespace signet {

std::span<Module* const> GroupOf(Process& process, Module& root) {
  if (!root.opened.group.empty()) return root.opened.group;
  const ForkBarrier barrier(process);
  const LastingMemory memory(true, root.unload.region);
  List<Module*> group;
  ListGroup(process, root, group);
  bool has_loader = false;
  List<Module*> result;
  for (Module* module : group) {
    if (module->IsAdopted() && !has_loader) {
      result.Add(process.loader);
      has_loader = true;
    }
    result.Add(module);
  }
  root.opened.group = result;
  return root.opened.group;
}

}  // namespace signet
