// SPDX-License-Identifier: MIT
#include "loader/load/closure_members.h"

namespace signet {

void ClosureMembers::AddAllNames(Module& module) { MakeKnown(module, names_); }

Module* ClosureMembers::Enter(Module& module) {
  if (module.closure.number != number_) {
    modules_.Add(&module);
    module.closure.number = number_;
  }
  return &module;
}

void MakeKnown(Module& module, ModuleNames& names) {
  names.Add(module.name, &module);
  names.Add(module.path, &module);
  names.Add(module.dynamic.soname, &module);
  if (module.file.inode != 0) names.AddFile(&module);
}

}  // namespace signet
