// SPDX-License-Identifier: MIT
#include "loader/services/late_adoption.h"

#include <dlfcn.h>
#include <link.h>
#include <signal.h>

#include <algorithm>
#include <cstring>

#include "base/abandon.h"
#include "base/page.h"
#include "base/syscall.h"
#include "loader/diagnostics.h"
#include "loader/find/searcher.h"
#include "loader/libc/adopt.h"
#include "loader/libc/load_lock.h"
#include "loader/link/debug_list.h"
#include "loader/link/module_table.h"
#include "loader/link/relocate.h"
#include "loader/load/closure_members.h"
#include "loader/load/decode.h"
#include "loader/load/libc_functions.h"
#include "loader/load/map.h"
#include "loader/load/protection.h"
#include "loader/loader_lock.h"
#include "loader/seal/seal.h"
#include "loader/services/fork_barrier.h"
#include "loader/services/late_module_list.h"
#include "loader/services/state.h"
#include "loader/services/unload.h"

namespace signet {
namespace {

// In one call. More than these are tried again by the next one.
constexpr size_t kMostPassedOver = 16;

// The interpreter may be writing it.
const link_map* Behind(const link_map& module) {
  return std::atomic_ref(const_cast<link_map*&>(module.l_next)).load(std::memory_order_acquire);
}

// A callback of the interpreter's dl_iterate_phdr: its list does not change meanwhile.
int SeeEnd(dl_phdr_info* info, size_t /*size*/, void* list) {
  LateModuleState& state = TheProcess().services->late_modules;
  state.counts = {info->dlpi_adds, info->dlpi_subs, false};
  const link_map* last = nullptr;
  const link_map* behind = nullptr;
  const link_map* stand_in = static_cast<r_debug*>(list)->r_map;
  for (const link_map* map = stand_in; map != nullptr; map = map->l_next) {
    if (FindModule(std::bit_cast<uint64_t>(map->l_ld)) == nullptr) {
      state.counts.has_rest |= map != stand_in;
      continue;
    }
    last = map;
    behind = map->l_next;
  }
  state.seen_behind.store(behind, std::memory_order_relaxed);
  state.last_known.store(last, std::memory_order_release);
  return 1;
}

Module* NewModule(const LateModule& item) {
  Module* module = ArenaNew<Module>();
  module->origin = SIGNET_ORIGIN_ADOPTED;
  module->name = item.path;
  module->path = item.path;
  module->map.relro_open = false;
  return module;
}

// Adopts all late modules together, because they need each other. A module that cannot be adopted
// is passed over in the next attempt.
class Adoption {
 public:
  // `passed_over` are load biases.
  Adoption(Process& process, std::span<const uint64_t> passed_over)
      : process_(process), passed_over_(passed_over) {}

  enum class Outcome {
    kDone,      // nothing else is left to adopt
    kNoMemory,  // another attempt may succeed
    kObstacle,  // `obstacle` is the load bias of the module that stands in the way
  };

  [[nodiscard]] Outcome Run(uint64_t& obstacle) {
    process_.diagnostics.BeginCapture();
    BeginTrial();
    const char* const abandoned = RunAbandonableUnderLocks(process_, [this] { Prepare(); });
    const bool has_failed = abandoned != nullptr || process_.diagnostics.HasErrors() || is_refused_;
    process_.diagnostics.EndCapture();
    process_.diagnostics.ForgetCaptured();
    if (has_failed || modules_.empty()) {
      ForgetPlannedSeals(process_);
      DropTrial();
      obstacle = current_;
      if (abandoned != nullptr) return Outcome::kNoMemory;
      return has_failed ? Outcome::kObstacle : Outcome::kDone;
    }
    KeepTrial();
    SealPlanned(process_, modules_, false);
    for (Module* module : modules_) MakeKnown(*module, process_.module_names);
    DebugStateAdd();
    PublishModules(modules_);
    DebugStateConsistent();
    for (Module* module : pinned_) Keep(process_, *module);
    return Outcome::kDone;
  }

 private:
  void Prepare() {
    for (const LateModule& item : ReadLateModules(process_)) {
      if (std::ranges::find(passed_over_, item.load_bias) != passed_over_.end()) continue;
      current_ = item.load_bias;
      if (!Describe(item)) return;
    }
    for (Module* module : modules_) FindNeeded(*module);
    for (Module* module : modules_) {
      current_ = module->map.image.load_bias();
      Bind(*module);
      if (process_.diagnostics.HasErrors()) return;
    }
    current_ = 0;
    const LastingMemory lasting(true);
    process_.module_names.Reserve(modules_.size());
    ReserveModules(modules_.size());
    PlanSeals(process_, modules_);
  }

  [[nodiscard]] bool Describe(const LateModule& item) {
    if (!Pin(item.path)) {
      is_refused_ = true;  // it was unloaded meanwhile
      return false;
    }
    Module* module = NewModule(item);
    if (!DescribeModule(process_.diagnostics, item.phdrs, item.load_bias, *module)) return false;
    if (module->map.headers.dynamic == nullptr) {
      is_refused_ = true;
      return false;
    }
    if (!DecodeModule(process_.diagnostics, *module, FileEntries(*module))) return false;
    module->tls.id = item.tls_id;
    process_.searcher->SplitLists(*module);
    MakeKnown(*module, names_);
    modules_.Add(module);
    return true;
  }

  [[nodiscard]] bool Pin(const char* path) const {
    return OpenByLibc(process_, path, RTLD_LAZY | RTLD_NOLOAD | RTLD_NODELETE) != nullptr;
  }

  void FindNeeded(Module& module) const {
    List<Module*> needed;
    for (const char* name : module.decoded.needed_names) {
      Module* known = process_.module_names.Find(name);
      if (known == nullptr) known = names_.Find(name);
      if (known != nullptr) needed.Add(known);
    }
    module.closure.needed = {needed.begin(), needed.size()};
  }

  // As the interpreter has bound it: in the global scope, and then in what it needs itself.
  void Bind(Module& module) {
    List<Module*> scope;
    scope.Reserve(process_.modules.size() + modules_.size());
    for (Module* global : process_.modules) scope.Add(global);
    List<Module*> closure;
    closure.Add(&module);
    for (size_t next = 0; next < closure.size(); ++next) {
      scope.AddOnce(closure[next]);
      for (Module* needed : closure[next]->closure.needed) closure.AddOnce(needed);
    }
    Module* const modules[] = {&module};
    Relocator relocator(process_, modules, scope);
    relocator.Rebind();
    for (Module* pinned : relocator.pinned()) pinned_.AddOnce(pinned);
    (void)(ProtectRelro(process_.diagnostics, module) &&
           MakeClosedRelroAnonymous(process_.diagnostics, module));
  }

  Process& process_;
  std::span<const uint64_t> passed_over_;
  uint64_t current_ = 0;     // load bias of the module in hand; 0 for none
  bool is_refused_ = false;  // without an error that is reported
  ModuleNames names_;        // of the new modules
  List<Module*> modules_;
  List<Module*> pinned_;  // by references of the new modules
};

// For a thread that may be in a signal handler.
bool CanCallLibc(const Process& process) {
  const auto* list = std::bit_cast<const r_debug*>(FindInRuntime(process, "_r_debug"));
  if (list == nullptr || list->r_state != r_debug::RT_CONSISTENT) return false;
  stack_t stack = {};
  return !sys::Failed(sys::Call(__NR_sigaltstack, 0, &stack)) && (stack.ss_flags & SS_ONSTACK) == 0;
}

// A module whose headers cannot be trusted is on record with the page that holds them.
void DescribeAnyhow(Process& process, const LateModule& item, Module& module) {
  if (DescribeModule(process.diagnostics, item.phdrs, item.load_bias, module)) return;
  process.diagnostics.ForgetErrors();
  const std::span<elf::Phdr> page = ArenaArray<elf::Phdr>(1);
  page[0] = {PT_LOAD, PF_R, 0, PageDown(item.phdr_address), 0, 0, kPageSize, kPageSize};
  (void)DescribeModule(process.diagnostics, page, 0, module);
}

// Records the late modules that were not adopted. False if there is no memory for that.
[[nodiscard]] bool RecordRest(Process& process) {
  process.diagnostics.BeginCapture();
  const char* const abandoned = RunAbandonableUnderLocks(process, [&process] {
    List<Module*> modules;
    for (const LateModule& item : ReadLateModules(process)) {
      modules.Add(NewModule(item));
      DescribeAnyhow(process, item, *modules.back());
    }
    PlanUnadopted(process, modules);
  });
  process.diagnostics.EndCapture();
  process.diagnostics.ForgetCaptured();
  if (abandoned != nullptr) {
    ForgetPlannedSeals(process);
    return false;
  }
  SettleUnadopted(process);
  return true;
}

}  // namespace

bool HasLateModules() {
  if (TheProcess().stand_in == nullptr) return false;
  const LateModuleState& state = TheProcess().services->late_modules;
  const link_map* last = state.last_known.load(std::memory_order_acquire);
  return last == nullptr || Behind(*last) != state.seen_behind.load(std::memory_order_relaxed);
}

InterpreterCounts CountsOfInterpreter() { return TheProcess().services->late_modules.counts; }

void AdoptLateModules(Process& process) {
  if (CanAbandon() || !HasLateModules()) return;
  const ForkBarrier barrier(process);
  const InLibc in_libc(process);
  ForgetUnadopted(process);
  uint64_t passed_over[kMostPassedOver];
  size_t count = 0;
  Adoption::Outcome outcome;
  do {
    outcome = Adoption(process, {passed_over, count}).Run(passed_over[count]);
  } while (outcome == Adoption::Outcome::kObstacle && ++count < kMostPassedOver);
  const bool is_all_known = count == 0 && outcome == Adoption::Outcome::kDone;
  if (!is_all_known && !RecordRest(process)) return;
  if (outcome == Adoption::Outcome::kNoMemory) return;  // the next call tries again
  if (const uint64_t list = FindInRuntime(process, "_r_debug"); list != 0)
    process.libc.iterate(SeeEnd, std::bit_cast<void*>(list));
}

void AdoptLateModulesIfFree(Process& process) {
  if (!HasLateModules() || !CanCallLibc(process) || !loader_lock.AcquireIfFree()) return;
  // A thread in libc's dlopen may be in a constructor, which may wait for this thread.
  if (TakeLoadLockIfFree(process)) {
    AdoptLateModules(process);
    ReleaseLoadLock(process);
  }
  loader_lock.Release();
}

AdoptingLock::AdoptingLock(Process& process) : process_(process) {
  loader_lock.Acquire();
  AdoptLateModules(process);
}

AdoptingLock::~AdoptingLock() {
  AdoptLateModules(process_);
  loader_lock.Release();
}

}  // namespace signet
