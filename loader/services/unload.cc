// SPDX-License-Identifier: MIT
#include "loader/services/unload.h"

#include "base/abandon.h"
#include "base/map_anywhere.h"
#include "loader/link/constructors.h"
#include "loader/link/debug_list.h"
#include "loader/link/module_table.h"
#include "loader/link/thread_destructors.h"
#include "loader/load/closure_members.h"
#include "loader/load/map.h"
#include "loader/loader_lock.h"
#include "loader/seal/seal.h"
#include "loader/services/closed.h"
#include "loader/services/fork_barrier.h"
#include "loader/services/state.h"
#include "loader/tls/dynamic_tls.h"
#include "sealer/sealed_ranges.h"

namespace signet {
namespace {

bool IsOn(const Process& process) { return process.options.dlopen_seal != DlopenSeal::kAlways; }

template <typename Visit>
void ForEachUsed(const Module& module, Visit visit) {
  for (Module* needed : module.closure.needed) visit(*needed);
  for (Module* bound : module.unload.bound) visit(*bound);
}

// Walks only through modules with a region. The others use no module that may go, or have made it
// stay.
void Mark(Module& module, uint32_t number) {
  if (module.unload.region == nullptr || module.init.visited == number) return;
  module.init.visited = number;
  ForEachUsed(module, [number](Module& used) { Mark(used, number); });
}

// Threads that run one take it off the count without the loader lock.
bool HasThreadDestructors(Module& module) {
  return std::atomic_ref(module.unload.thread_destructors).load(std::memory_order_acquire) != 0;
}

// The program has sealed something in it: that cannot be unmapped.
bool HasProgramSeal(const Module& module) {
  SealedRange first;
  return module.unload.region != nullptr && FindSealed(module.map.start, module.map.end, first);
}

// The modules that nothing needs, in the order of their destructors.
Module* FindUnused(Process& process) {
  const uint32_t used = ++process.visit_count;
  for (Module* module = FirstModule(); module != nullptr; module = NextModule(*module)) {
    const bool is_root = module->opened.count != 0 || module->unload.stays ||
                         HasThreadDestructors(*module) || HasProgramSeal(*module);
    if (is_root) Mark(*module, used);
  }
  for (Module* module = FirstModule(); module != nullptr; module = NextModule(*module)) {
    module->unload.is_dying = module->unload.region != nullptr && module->init.visited != used;
  }
  return OrderDestructors(process, Destruction::kOfDying);
}

void RemoveDying(List<Module*>& modules) {
  size_t kept = 0;
  for (Module* module : modules) {
    if (!module->unload.is_dying) modules[kept++] = module;
  }
  modules.Truncate(kept);
}

// `module` stays. It forgets those that go.
void ForgetDying(Module& module) {
  if (module.search.needed_by != nullptr && module.search.needed_by->unload.is_dying)
    module.search.needed_by = nullptr;
  for (LocalScope** local = &module.opened.local_scopes; *local != nullptr;) {
    if ((*local)->root->unload.is_dying) {
      *local = (*local)->next;
    } else {
      local = &(*local)->next;
    }
  }
}

// A module that stays may share a name with one that goes. From now on the name means the one that
// stays.
void RemoveNames(Process& process, Module* dying) {
  for (; dying != nullptr; dying = dying->unload.next_removed) process.module_names.Remove(dying);
  for (Module* module = FirstModule(); module != nullptr; module = NextModule(*module)) {
    if (module->unload.is_dying || !module->IsNative()) continue;
    AddNames(*module, process.module_names);
  }
}

void Remove(Process& process, Module& dying) {
  const ForkBarrier barrier(process);
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
  UnloadState& state = process.services->unload;
  last->unload.next_removed = state.removed;
  state.removed = &dying;
}

// One round. The modules lose their names first, so that a dlopen by a destructor gets new ones.
// They leave the tables last: destructors may throw exceptions, or ask about their own module.
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

// Places in the surplus of static TLS are given back from the last to the first.
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

// Makes a module of this dlopen stay, with those that it uses of this dlopen.
void KeepFresh(Module& module) {
  if (module.published.is_linked || module.unload.stays) return;
  module.unload.stays = true;
  ForEachUsed(module, KeepFresh);
}

// Makes a module of an earlier dlopen stay, with everything that it uses, and plans the seals.
void KeepLinked(Process& process, Module& module) {
  if (!module.unload.IsRemovable() || !module.published.is_linked || module.unload.is_dying) return;
  module.unload.stays = true;
  PlanUnsealed(process, module);
  ForEachUsed(module, [&](Module& used) { KeepLinked(process, used); });
}

}  // namespace

void PrepareUnloading(Process& process) {
  if (!IsOn(process)) return;
  // A module that comes again gets its old place, as under ld.so: some programs count on that. So
  // the kernel has to choose the places, because it fills the holes that modules leave.
  StopTrackingLowestMapping();
  process.thread_at_exit_symbol = NewThreadAtExitSymbol();
}

void UnloadPlan::Begin(const Process& process, std::span<Module* const> fresh) {
  fresh_ = fresh;
  for (Module* module : fresh) {
    if ((module->dynamic.flags_1 & DF_1_NODELETE) != 0) Keep(*module);
  }
  if (!IsOn(process)) return;
  region_ = ArenaNew<Region>();
  bool has_runtime = false;
  for (Module* module : fresh) {
    if (module->IsNative()) {
      module->unload.region = region_;
      ++region_->users;
    } else {
      has_runtime = true;
    }
  }
  if (has_runtime) ++region_->users;  // the runtime's modules never go
}

void UnloadPlan::KeepNew() const {
  for (Module* module : kept_) KeepFresh(*module);
}

void UnloadPlan::KeepOld(Process& process) const {
  if (region_ == nullptr) return;
  for (Module* module : kept_) KeepLinked(process, *module);
  for (const Module* module : fresh_) {
    if (module->unload.IsRemovable()) continue;
    ForEachUsed(*module, [&](Module& used) { KeepLinked(process, used); });
  }
}

void Keep(Process& process, Module& module) {
  if (module.unload.region == nullptr) module.unload.stays = true;
  if (!module.unload.IsRemovable() || module.unload.is_dying) return;
  const ForkBarrier barrier(process);
  KeepLinked(process, module);
  SealPlanned(process, {}, false);
}

void NoteUse(Process& process, Module& from, Module& target) {
  if (&from == &target || target.unload.stays) return;
  const bool from_stays = IsOn(process) ? !from.unload.IsRemovable() : from.unload.stays;
  if (from_stays) {
    Keep(process, target);
  } else if (!target.unload.is_dying) {
    const LastingMemory memory(true, from.unload.region);
    from.unload.bound.AddOnce(&target);
  }
}

void Unload(Process& process) {
  UnloadState& state = process.services->unload;
  if (!IsOn(process)) return MarkClosed();
  if (CanAbandon() || state.has_ended) return;
  state.again = true;
  if (state.is_unloading) return;
  state.is_unloading = true;
  while (state.again) {
    state.again = false;
    UnloadUnused(process);
  }
  state.is_unloading = false;
}

void FreeUnloaded(Process& process) {
  UnloadState& state = process.services->unload;
  if (state.removed == nullptr && state.waiting == nullptr) return;
  const ForkBarrier barrier(process);
  while (state.readers[(state.turn.load() + 1) & 1].load() == 0) {
    Free(process, state.waiting);
    state.waiting = state.removed;
    state.removed = nullptr;
    if (state.waiting == nullptr) return;
    state.turn.store((state.turn.load() + 1) & 1);
  }
}

void EndUnloading(const Process& process) {
  if (!IsOn(process)) return;
  const LockHolder lock(loader_lock);
  process.services->unload.has_ended = true;
}

ReadSection::ReadSection()
    : is_counted_(IsOn(TheProcess()) && !(CanAbandon() && loader_lock.IsMine())) {
  if (!is_counted_) return;
  UnloadState& state = TheProcess().services->unload;
  turn_ = state.turn.load() & 1;
  state.readers[turn_].fetch_add(1);
}

ReadSection::~ReadSection() {
  if (is_counted_) TheProcess().services->unload.readers[turn_].fetch_sub(1);
}

}  // namespace signet
