// SPDX-License-Identifier: MIT
//
// A closure while it is loaded: which modules belong to it, in which order, and which names stand
// for a module.
//
// Input: modules, as they are found. Output: a list of modules, and their names. It loads nothing.
// Not thread-safe: used while linking, under the loader lock.
#pragma once

#include "loader/process.h"

#pragma GCC visibility push(hidden)

namespace signet {

class ClosureMembers {
 public:
  // Members go to `modules`, and the names of new ones to `names`. Modules that the process knows
  // already are found, too.
  ClosureMembers(Process& process, List<Module*>& modules, ModuleNames& names)
      : known_(process.module_names),
        modules_(modules),
        names_(names),
        number_(++process.closure_count) {}

  // The program's closure. All others are dlopen's.
  bool is_first() const { return number_ == 1; }
  const List<Module*>& modules() const { return modules_; }
  uint32_t number() const { return number_; }

  // Null if unknown.
  Module* FindKnown(std::string_view name) const { return Find(name); }
  Module* FindKnown(uint64_t device, uint64_t inode) const { return Find(device, inode); }

  void AddName(const char* name, Module& module) { names_.Add(name, &module); }
  void AddAllNames(Module& module);

  // A module becomes a member once, where it is first needed. Returns it.
  Module* Enter(Module& module);
  // In front of `filter`, if it is not there already.
  void EnterBefore(const Module& filter, Module& filtee);
  void RemoveLast() { modules_.Truncate(modules_.size() - 1); }

  // For a new module.
  Module* EnterWithNames(Module& module) {
    Enter(module);
    AddAllNames(module);
    return &module;
  }

 private:
  template <typename... Key>
  Module* Find(Key... key) const {
    if (Module* found = names_.Find(key...)) return found;
    return known_.Find(key...);
  }

  const ModuleNames& known_;
  List<Module*>& modules_;
  ModuleNames& names_;
  uint32_t number_;  // in module.closure.number of each member
};

// Adds the names of a module: how it was asked for, its path, and its soname.
void AddNames(Module& module, ModuleNames& names);
// The same, and its device and inode.
void MakeKnown(Module& module, ModuleNames& names);

}  // namespace signet

#pragma GCC visibility pop
