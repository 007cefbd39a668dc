// SPDX-License-Identifier: MIT
#include "loader/load/closure.h"

#include "loader/find/searcher.h"
#include "loader/load/closure_members.h"
#include "loader/load/interpreter.h"
#include "loader/load/load_library.h"
#include "loader/load/preloads.h"
#include "loader/load/runtime.h"

namespace signet {
namespace {

void Trace(const Process& process, const Module& module, const char* name, const Module* found) {
  if (process.diagnostics.Traces(kTraceFiles) && found != nullptr)
    Line() << "ld-signet: files: " << module.path << " needs " << name << ": " << found->path;
}

// Filtees that may be missing, and are, are left out.
void LoadNeeded(Process& process, LibraryLoader& libraries, Module& module) {
  const std::span<const char*> names = module.decoded.needed_names;
  const std::span<Filtee> filtees = module.decoded.filtees;
  const std::span<Module*> needed = ArenaArray<Module*>(names.size() + filtees.size());
  size_t count = 0;
  for (const char* name : names) {
    needed[count] = libraries.Load(name, module, NamedBy::kFile);
    Trace(process, module, name, needed[count++]);
  }
  size_t present = 0;
  for (const Filtee& filtee : filtees) {
    Module* found = filtee.is_optional ? libraries.LoadIfPossible(filtee.name, module)
                                       : libraries.Load(filtee.name, module, NamedBy::kFile);
    Trace(process, module, filtee.name, found);
    if (found == nullptr && filtee.is_optional) continue;
    filtees[present++] = filtee;
    needed[count++] = found;
  }
  module.decoded.filtees = filtees.first(present);
  module.closure.needed = needed.first(count);
}

void EnterNeeded(ClosureMembers& members, Module& module) {
  for (Module* needed : module.closure.needed) members.Enter(*needed);
}

// Breadth-first: what a module needs comes behind all members that are known when its turn comes.
// But filtees come right in front of their filter, and then it is their turn.
template <typename Expand>
void ForEachMember(ClosureMembers& members, Expand expand) {
  for (size_t i = 0; i < members.modules().size();) {  // the list grows meanwhile
    Module& module = *members.modules()[i];
    if (module.closure.expanded == members.number()) {
      ++i;
      continue;
    }
    module.closure.expanded = members.number();
    expand(module);
    const std::span<Module*> needed = module.closure.needed;
    for (Module* filtee : needed.last(module.decoded.filtees.size())) {
      if (filtee != nullptr) members.EnterBefore(module, *filtee);
    }
  }
}

void LoadAllNeeded(Process& process, ClosureMembers& members, LibraryLoader& libraries) {
  ForEachMember(members, [&](Module& module) {
    if (module.published.is_linked) {
      EnterNeeded(members, module);
    } else {
      LoadNeeded(process, libraries, module);
    }
  });
}

// The loader's services stand where an interpreter's would: in front of the runtime, which has
// its own, and behind everything that may interpose on them.
void PlaceLoader(Process& process) {
  List<Module*> scope;
  scope.Reserve(process.modules.size() + 1);
  bool placed = false;
  for (Module* module : process.modules) {
    if (module->IsAdopted() && !placed) {
      scope.Add(process.loader);
      placed = true;
    }
    scope.Add(module);
  }
  if (!placed) scope.Add(process.loader);
  process.modules = scope;
}

}  // namespace

void LoadClosure(Process& process) {
  ClosureMembers members(process, process.modules, process.module_names);
  LibraryLoader libraries(process, members);
  members.EnterWithNames(*process.program);
  FindInterpreterOfProgram(process, members);  // which libc it is decides how to search
  process.diagnostics.StopOnErrors();
  if (IsMusl(process)) process.searcher->SearchAsMusl();
  LoadPreloads(process, members, libraries);  // they interpose on everything that the program needs
  LoadAllNeeded(process, members, libraries);
  process.diagnostics.StopOnErrors();
  SettleInterpreter(process, members);  // now it is known whether there is a libc
  process.diagnostics.StopOnErrors();
  PlaceLoader(process);
}

void ListGroup(Process& process, Module& root, List<Module*>& group) {
  ModuleNames names;
  ClosureMembers members(process, group, names);
  members.Enter(root);
  ForEachMember(members, [&](Module& module) { EnterNeeded(members, module); });
}

Module* LoadGroup(Process& process, const char* name, Module& requester, List<Module*>& group) {
  ModuleNames names;
  ClosureMembers members(process, group, names);
  LibraryLoader libraries(process, members);
  Module* root = libraries.Load(ArenaString(name), requester, NamedBy::kProgram);
  if (root == nullptr) return nullptr;
  LoadAllNeeded(process, members, libraries);
  return root;
}

}  // namespace signet
