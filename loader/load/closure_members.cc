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

void ClosureMembers::EnterBefore(const Module& filter, Module& filtee) {
  const auto place_of = [this](const Module& module) {
    size_t i = 0;
    while (i < modules_.size() && modules_[i] != &module) ++i;
    return i;
  };
  Enter(filtee);
  if (place_of(filtee) <= place_of(filter)) return;
  modules_.Remove(&filtee);
  modules_.Insert(place_of(filter), &filtee);
}

// The program is known by its soname alone, as under ld.so. Its path is what the caller of execve
// says; it may be the name of a library. Who opens its file asks for a second copy, and is refused.
void AddNames(Module& module, ModuleNames& names) {
  if (module.origin != SIGNET_ORIGIN_PROGRAM) {
    names.Add(module.name, &module);
    names.Add(module.path, &module);
  }
  names.Add(module.dynamic.soname, &module);
}

void MakeKnown(Module& module, ModuleNames& names) {
  AddNames(module, names);
  if (module.file.inode != 0 && module.origin != SIGNET_ORIGIN_PROGRAM) names.AddFile(&module);
}

}  // namespace signet
