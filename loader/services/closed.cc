// SPDX-License-Identifier: MIT
#include "loader/services/closed.h"

#include "loader/link/module_table.h"

namespace signet {

void MarkOpen(Module& module) {
  if (!module.opened.is_closed) return;
  module.opened.is_closed = false;
  for (Module* needed : module.closure.needed) MarkOpen(*needed);
  for (Module* bound : module.unload.bound) MarkOpen(*bound);
}

void MarkClosed() {
  const auto is_root = [](const Module& module) {
    return module.opened.count != 0 || module.unload.stays || !module.IsNative();
  };
  for (Module* module = FirstModule(); module != nullptr; module = NextModule(*module))
    module->opened.is_closed = true;
  for (Module* module = FirstModule(); module != nullptr; module = NextModule(*module)) {
    if (is_root(*module)) MarkOpen(*module);
  }
}

}  // namespace signet
