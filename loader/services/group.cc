// SPDX-License-Identifier: MIT
#include "loader/services/group.h"

#include "loader/services/fork_barrier.h"

namespace signet {

std::span<Module* const> GroupOf(Process& process, Module& root) {
  if (!root.opened.group.empty()) return root.opened.group;
  const ForkBarrier barrier(process);
  const LastingMemory memory(true, root.unload.region);
  const uint32_t number = ++process.visit_count;
  List<Module*> group;
  group.Add(&root);
  root.init.visited = number;
  bool has_loader = false;
  List<Module*> result;
  for (size_t next = 0; next < group.size(); ++next) {
    Module* module = group[next];
    if (module->IsAdopted() && !has_loader) {
      result.Add(process.loader);
      has_loader = true;
    }
    result.Add(module);
    for (Module* needed : module->closure.needed) {
      if (needed->init.visited == number) continue;
      needed->init.visited = number;
      group.Add(needed);
    }
  }
  root.opened.group = result;
  return root.opened.group;
}

}  // namespace signet
