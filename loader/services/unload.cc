// SPDX-License-Identifier: MIT
#include "loader/services/unload.h"

#include <atomic>

#include "base/abandon.h"
#include "loader/link/constructors.h"
#include "loader/link/debug_list.h"
#include "loader/link/module_table.h"
#include "loader/load/map.h"
#include "loader/loader_lock.h"
#include "loader/seal/seal.h"
#include "loader/services/fork_barrier.h"
#include "loader/tls/dynamic_tls.h"
#include "sealer/sealed_ranges.h"

namespace signet {
namespace {

constinit bool is_unloading = false;
constinit bool again = false;  // there may be more to unload
constinit bool has_ended = false;

// Readers count themselves where the lowest bit of `turn` says. What is removed waits until the
// other count is zero, then the turn changes, and it waits until the count that is now the other
// one is zero: then nobody is left who may have found it.
constinit std::atomic<unsigned> turn = 0;
constinit std::atomic<unsigned> readers[2] = {};
constinit Module* removed = nullptr;  // since the turn changed, by next_removed
constinit Module* waiting = nullptr;  // removed before that

template <typename Visit>
void ForEachUsed(const Module& module, Visit visit) {
  for (Module* needed : module.closure.needed) visit(*needed);
  for (Module* bound : module.unload.bound) visit(*bound);
}

// Modules of other origins refer to no module that may go, or have made it stay.
void Mark(Module& module, uint32_t number) {
  if (module.unload.region == nullptr || module.init.visited == number) return;
  module.init.visited = number;
  ForEachUsed(module, [number](Module& used) { Mark(used, number); });
}

// Puts the module in front of all that it uses.
void Order(Module& module, uint32_t number, Module*& first) {
  if (!module.unload.is_dying || module.init.visited == number) return;
  module.init.visited = number;
  ForEachUsed(module, [&](Module& used) { Order(used, number, first); });
  module.unload.next_removed = first;
  first = &module;
}

// The program has sealed something in it, which cannot be unmapped.
bool HasProgramSeal(const Module& module) {
  SealedRange first;
  return module.unload.region != nullptr && FindSealed(module.map.start, module.map.end, first);
}

// What is to go, in the order of its destructors, which is glibc's: a depth-first walk from the
// module that was loaded last to the first, each in front of all that has been met.
Module* FindUnused(Process& process) {
  const uint32_t used = ++process.visit_count;
  for (Module* module = FirstModule(); module != nullptr; module = NextModule(*module)) {
    const bool is_root =
        module->opened.count != 0 || module->unload.stays ||
        __atomic_load_n(&module->unload.thread_destructors, __ATOMIC_ACQUIRE) != 0 ||
        HasProgramSeal(*module);
    if (is_root) Mark(*module, used);
  }
  for (Module* module = FirstModule(); module != nullptr; module = NextModule(*module)) {
    module->unload.is_dying = module->unload.region != nullptr && module->init.visited != used;
  }
  const uint32_t ordered = ++process.visit_count;
  Module* first = nullptr;
  for (Module* module = LastModule(); module != nullptr; module = PreviousModule(*module))
    Order(*module, ordered, first);
  return first;
}

void RemoveDying(List<Module*>& modules) {
  size_t kept = 0;
  for (Module* module : modules) {
    if (!module->unload.is_dying) modules[kept++] = module;
  }
  modules.Truncate(kept);
}

// What lives on forgets those that go.
void ForgetDying(Module& module) {
  if (module.search.needed_by != nullptr && module.search.needed_by->unload.is_dying)
    module.search.needed_by = nullptr;
  for (LocalScope** local = &module.opened.local_scopes; *local != nullptr;) {
    if ((*local)->modules.front()->unload.is_dying) {
      *local = (*local)->next;
    } else {
      local = &(*local)->next;
    }
  }
}

// A file that has the same name as one that is removed may be found by it now.
void RemoveNames(Process& process, Module* dying) {
  for (; dying != nullptr; dying = dying->unload.next_removed) process.module_names.Remove(dying);
  for (Module* module = FirstModule(); module != nullptr; module = NextModule(*module)) {
    if (module->unload.is_dying || !module->IsNative()) continue;
    process.module_names.Add(module->name, module);
    process.module_names.Add(module->path, module);
    process.module_names.Add(module->dynamic.soname, module);
  }
}

void Remove(Process& process, Module& dying) {
  const ForkBarrier guard(process);
  DebugStateDelete();
  RemoveDying(process.modules);
  RemoveDying(process.init_order);
  for (Module* module = FirstModule(); module != nullptr; module = NextModule(*module)) {
    if (!module->unload.is_dying) ForgetDying(*module);
  }
  ForgetDyingSeals(process);
  RemoveDyingModules();
  DebugStateConsistent();
  Module* last = &dying;
  while (last->unload.next_removed != nullptr) last = last->unload.next_removed;
  last->unload.next_removed = removed;
  removed = &dying;
}

// One round. Nobody finds the modules by name any more, so that a destructor's dlopen gets new
// ones; they are in the tables until their destructors have run, which may throw, and ask.
void UnloadUnused(Process& process) {
  Module* dying = FindUnused(process);
  if (dying == nullptr) return;
  RemoveNames(process, dying);
  for (Module* module = dying; module != nullptr; module = module->unload.next_removed) {
    if (!module->init.is_initialised) continue;
    module->init.is_initialised = false;  // a destructor may call exit
    RunModuleDestructors(process, *module);
  }
  Remove(process, *dying);
}

// Places in the surplus are given back from the last to the first.
Module* DeepestTls(Module* module) {
  Module* deepest = nullptr;
  for (; module != nullptr; module = module->unload.next_removed) {
    if (module->tls.id != 0 && (deepest == nullptr || module->tls.offset > deepest->tls.offset))
      deepest = module;
  }
  return deepest;
}

void Free(Process& process, Module* module) {
  while (Module* deepest = DeepestTls(module)) ReleaseTlsId(process, *deepest);
  while (module != nullptr) {
    Module* next = module->unload.next_removed;
    UnmapModule(*module);
    Region& region = *module->unload.region;
    if (--region.users == 0) FreeRegion(region);
    module = next;
  }
}

}  // namespace

void KeepNew(Module& module) {
  if (module.published.is_linked || module.unload.stays) return;
  module.unload.stays = true;
  ForEachUsed(module, KeepNew);
}

void KeepOld(Process& process, Module& module) {
  if (module.unload.IsRemovable() && module.published.is_linked && !module.unload.is_dying) {
    module.unload.stays = true;
    if (process.options.dlopen_seal == DlopenSeal::kNodelete) PlanUnsealed(module);
    ForEachUsed(module, [&](Module& used) { KeepOld(process, used); });
  }
}

void Keep(Process& process, Module& module) {
  if (!module.unload.IsRemovable() || module.unload.is_dying) return;
  const ForkBarrier guard(process);
  KeepOld(process, module);
  SealPlanned(process);
}

void NoteUse(Process& process, Module& from, Module& target) {
  if (&from == &target || !target.unload.IsRemovable()) return;
  if (!from.unload.IsRemovable()) {
    Keep(process, target);
  } else if (!target.unload.is_dying) {
    const LastingMemory memory(true, from.unload.region);
    from.unload.bound.AddOnce(&target);
  }
}

void Unload(Process& process) {
  if (!process.options.Unloads() || CanAbandon() || has_ended) return;
  again = true;
  if (is_unloading) return;
  is_unloading = true;
  while (again) {
    again = false;
    UnloadUnused(process);
  }
  is_unloading = false;
}

void FreeUnloaded(Process& process) {
  if (removed == nullptr && waiting == nullptr) return;
  const ForkBarrier guard(process);
  while (readers[(turn.load() + 1) & 1].load() == 0) {
    Free(process, waiting);
    waiting = removed;
    removed = nullptr;
    if (waiting == nullptr) return;
    turn.store((turn.load() + 1) & 1);
  }
}

void EndUnloading(const Process& process) {
  if (!process.options.Unloads()) return;
  const LockHolder guard(loader_lock);
  has_ended = true;
}

ReadSection::ReadSection() {
  if (!the_process->options.Unloads()) return;
  turn_ = turn.load() & 1;
  readers[turn_].fetch_add(1);
}

ReadSection::~ReadSection() {
  if (the_process->options.Unloads()) readers[turn_].fetch_sub(1);
}

}  // namespace signet
