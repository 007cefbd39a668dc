// SPDX-License-Identifier: MIT
#include "loader/load/closure.h"

#include "loader/find/searcher.h"
#include "loader/load/closure_members.h"
#include "loader/load/identify.h"
#include "loader/load/interpreter.h"
#include "loader/load/load_library.h"
#include "loader/load/preloads.h"

namespace signet {
namespace {

void LoadNeeded(Process& process, LibraryLoader& libraries, Module& module) {
  const std::span<const char*> names = module.decoded.needed_names;
  module.closure.needed = ArenaArray<Module*>(names.size());
  for (size_t i = 0; i < names.size(); ++i) {
    const Module* needed = module.closure.needed[i] =
        libraries.Load(names[i], module, NamedBy::kFile);
    if (process.diagnostics.Traces(kTraceFiles) && needed != nullptr) {
      Line() << "ld-signet: files: " << module.path << " needs " << names[i] << ": "
             << needed->path;
    }
  }
}

// Breadth-first: what a module needs comes behind all members that are known when its turn comes.
void LoadAllNeeded(Process& process, ClosureMembers& members, LibraryLoader& libraries) {
  for (size_t i = 0; i < members.modules().size(); ++i) {  // the list grows meanwhile
    Module& module = *members.modules()[i];
    if (!module.published.is_linked) {
      LoadNeeded(process, libraries, module);
    } else {
      for (Module* needed : module.closure.needed) members.Enter(*needed);
    }
  }
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
  if (process.interpreter != nullptr && IsSelfInterpretingLibc(*process.interpreter))
    process.searcher->SearchAsMusl();
  LoadPreloads(process, members, libraries);  // they interpose on everything that the program needs
  LoadAllNeeded(process, members, libraries);
  process.diagnostics.StopOnErrors();
  SettleInterpreter(process, members);  // now it is known whether there is a libc
  process.diagnostics.StopOnErrors();
  PlaceLoader(process);
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
