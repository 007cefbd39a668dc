// SPDX-License-Identifier: MIT
#include "loader/link/constructors.h"

#include <bit>

#include "base/scratch.h"
#include "loader/diagnostics.h"
#include "loader/link/module_table.h"
#include "loader/link/old_order.h"
#include "loader/load/runtime.h"

namespace signet {
namespace {

using Constructor = void (*)(uint64_t argc, char** argv, char** envp);
using Destructor = void (*)();

void Visit(Module& module, uint32_t number, List<Module*>& order) {
  if (module.init.visited == number) return;
  module.init.visited = number;
  ForEachDependency(module, [&](Module& other) { Visit(other, number, order); });
  if (module.origin == SIGNET_ORIGIN_LIBRARY) order.Add(&module);
}

// Puts the module in front of everything that it uses.
void PutInFront(Module& module, Destruction which, uint32_t number, Module*& first) {
  if (module.init.visited == number) return;
  if (which == Destruction::kOfDying && !module.unload.is_dying) return;
  module.init.visited = number;
  ForEachDependency(module, [&](Module& used) { PutInFront(used, which, number, first); });
  for (size_t i = module.unload.bound.size(); i-- != 0;)
    PutInFront(*module.unload.bound[i], which, number, first);
  module.unload.next_removed = first;
  first = &module;
}

// ld.so counts no more modules than these: the loader and the vdso are none of a program's.
bool TakesPart(const Module& module) { return module.IsNative() || module.IsAdopted(); }

// glibc 2.35 brought the new order, and _dl_find_object. musl has always gone from one module to
// what it needs.
bool HasOldOrder(const Process& process) {
  if (process.options.old_order) return true;
  return process.libc.find_object == nullptr && process.interpreter != nullptr && !IsMusl(process);
}

void OrderByWalk(Process& process, std::span<Module* const> modules, List<Module*>& order) {
  const uint32_t number = ++process.visit_count;
  Module* first = modules.front();
  if (!first->published.is_linked) first->init.visited = number;
  for (size_t i = modules.size(); i-- != 0;) Visit(*modules[i], number, order);
}

void OrderBySort(std::span<Module* const> modules, List<Module*>& order) {
  List<Module*> sorted;
  for (Module* module : modules) {
    if (TakesPart(*module)) sorted.Add(module);
  }
  SortForConstructors({sorted.begin() + 1, sorted.size() - 1});
  for (size_t i = sorted.size(); i-- != 0;) {
    if (sorted[i]->origin == SIGNET_ORIGIN_LIBRARY) order.Add(sorted[i]);
  }
}

// The links of the modules are made anew. Null if there are none, or if there is no memory.
Module* OrderDestructorsBySort(Destruction which) {
  size_t count = 0;
  for (Module* module = FirstModule(); module != nullptr; module = NextModule(*module)) ++count;
  const Scratch<Module*> room(count);
  if (room.first() == nullptr) return nullptr;
  const std::span modules(room.first(), count);
  size_t size = 0;
  for (Module* module = FirstModule(); module != nullptr; module = NextModule(*module)) {
    if (TakesPart(*module)) modules[size++] = module;
  }
  SortForDestructors(modules.subspan(1, size - 1), which);
  Module* first = nullptr;
  for (size_t i = size; i-- != 0;) {
    if (which == Destruction::kOfDying && !modules[i]->unload.is_dying) continue;
    modules[i]->unload.next_removed = first;
    first = modules[i];
  }
  return first;
}

void CallConstructor(const Process& process, uint64_t address) {
  const Startup& startup = process.startup;
  std::bit_cast<Constructor>(address)(startup.argc(), startup.argv, startup.envp);
}

void RunModuleConstructors(const Process& process, Module& module) {
  if (module.init.is_initialised) return;
  module.init.is_initialised = true;
  if (process.diagnostics.Traces(kTraceFiles))
    Line() << "ld-signet: files: calling init: " << module.path;
  if (module.dynamic.init != 0)
    CallConstructor(process, module.map.image.Resolve(module.dynamic.init));
  for (const uint64_t address : module.dynamic.init_array) CallConstructor(process, address);
}

}  // namespace

// As glibc's _dl_sort_maps: a depth-first walk that starts from each module in turn, from the last
// one in breadth-first order to the first. The first one comes last, even if it is a part of a
// cycle; if it is new, no walk goes through it. Of those with DF_1_INITFIRST the one that was
// loaded last comes before all.
void OrderConstructors(Process& process, std::span<Module* const> modules, List<Module*>& order) {
  if (HasOldOrder(process)) {
    OrderBySort(modules, order);
  } else {
    OrderByWalk(process, modules, order);
  }
  Module* first = modules.front();
  if (first->origin == SIGNET_ORIGIN_LIBRARY) {
    order.Remove(first);
    order.Add(first);
  }
  for (size_t i = modules.size(); i-- != 0;) {
    Module* module = modules[i];
    if (module->origin != SIGNET_ORIGIN_LIBRARY || module->init.is_initialised ||
        (module->dynamic.flags_1 & DF_1_INITFIRST) == 0) {
      continue;
    }
    order.Remove(module);
    order.Insert(0, module);
    return;
  }
}

void KeepOrder(Module& root, std::span<Module* const> order) {
  if (!root.init.sorted.empty()) return;
  const LastingMemory memory(root.published.is_linked, root.unload.region);
  const std::span<Module*> sorted = ArenaArray<Module*>(order.size());
  for (size_t i = 0; i < order.size(); ++i) sorted[i] = order[order.size() - 1 - i];
  root.init.sorted = sorted;
}

void RunPreinit(const Process& process) {
  for (const uint64_t address : process.program->dynamic.preinit_array)
    CallConstructor(process, address);
}

void RunConstructors(const Process& process, std::span<Module* const> order) {
  for (Module* module : order) RunModuleConstructors(process, *module);
}

Module* OrderDestructors(Process& process, Destruction which) {
  Module* first = HasOldOrder(process) ? OrderDestructorsBySort(which) : nullptr;
  if (first != nullptr) return first;
  const uint32_t number = ++process.visit_count;
  for (Module* module = LastModule(); module != nullptr; module = PreviousModule(*module))
    PutInFront(*module, which, number, first);
  return first;
}

void RunModuleDestructors(const Process& process, const Module& module) {
  if (process.diagnostics.Traces(kTraceFiles))
    Line() << "ld-signet: files: calling fini: " << module.path;
  const std::span<const uint64_t> addresses = module.dynamic.fini_array;
  for (size_t i = addresses.size(); i-- != 0;) std::bit_cast<Destructor>(addresses[i])();
  if (module.dynamic.fini != 0)
    std::bit_cast<Destructor>(module.map.image.Resolve(module.dynamic.fini))();
}

}  // namespace signet
