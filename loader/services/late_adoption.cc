// SPDX-License-Identifier: MIT
#include "loader/services/late_adoption.h"

#include <dlfcn.h>
#include <link.h>

#include <algorithm>
#include <cstring>

#include "base/abandon.h"
#include "base/syscall.h"
#include "loader/diagnostics.h"
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
  LateModuleState& state = the_process->services->late_modules;
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

// What the interpreter's list says of its late modules, as copies, because a module may be unloaded
// as soon as the walk is over. The walk is made twice, first to count: nothing may be allocated in
// a call-back, where the interpreter holds a lock that abandoning it would leave taken for good.
class LateModuleList {
 public:
  struct Item {
    uint64_t load_bias;
    uint64_t tls_id;
    const char* path;
    std::span<elf::Phdr> phdrs;
  };

  void Read(const Process& process) {
    process.libc.iterate(Count, this);
    items_ = ArenaArray<Item>(count_);
    phdrs_ = ArenaArray<elf::Phdr>(phdr_count_);
    text_ = ArenaArray<char>(text_size_);
    process.libc.iterate(Copy, this);
  }

  std::span<const Item> items() const { return items_.first(copied_); }

 private:
  static int Count(dl_phdr_info* info, size_t /*size*/, void* data) {
    auto& list = *static_cast<LateModuleList*>(data);
    if (!IsLateModule(*info) || *info->dlpi_name == '\0') return 0;
    ++list.count_;
    list.phdr_count_ += info->dlpi_phnum;
    list.text_size_ += std::strlen(info->dlpi_name) + 1;
    return 0;
  }

  // A module that came between the two walks waits for the next call.
  static int Copy(dl_phdr_info* info, size_t /*size*/, void* data) {
    auto& list = *static_cast<LateModuleList*>(data);
    if (!IsLateModule(*info) || *info->dlpi_name == '\0') return 0;
    const size_t size = std::strlen(info->dlpi_name) + 1;
    if (list.copied_ == list.count_ || info->dlpi_phnum > list.phdrs_.size() ||
        size > list.text_.size()) {
      return 1;
    }
    std::memcpy(list.text_.data(), info->dlpi_name, size);
    const std::span<elf::Phdr> phdrs = list.phdrs_.first(info->dlpi_phnum);
    std::memcpy(phdrs.data(), info->dlpi_phdr, phdrs.size_bytes());
    list.items_[list.copied_++] = {info->dlpi_addr, info->dlpi_tls_modid, list.text_.data(), phdrs};
    list.phdrs_ = list.phdrs_.subspan(phdrs.size());
    list.text_ = list.text_.subspan(size);
    return 0;
  }

  size_t count_ = 0;
  size_t phdr_count_ = 0;
  size_t text_size_ = 0;
  size_t copied_ = 0;
  std::span<Item> items_;
  std::span<elf::Phdr> phdrs_;  // what is not used yet
  std::span<char> text_;
};

// The entries of PT_DYNAMIC as they are in the file: in memory, glibc turns some into addresses.
std::span<const elf::Dyn> FileEntries(const Module& module) {
  const std::span<const elf::Dyn> mapped =
      elf::DynamicEntries(module.map.image, *module.map.headers.dynamic);
  const std::span<elf::Dyn> entries = ArenaArray<elf::Dyn>(mapped.size());
  for (size_t i = 0; i < entries.size(); ++i) {
    entries[i] = mapped[i];
    uint64_t& value = entries[i].d_un.d_val;
    if (value >= module.map.start && value < module.map.end) value -= module.map.image.load_bias();
  }
  return entries;
}

// Adopts all late modules together, because they need each other. A module that cannot be adopted
// is passed over in the next attempt.
class Adoption {
 public:
  // `passed_over` are load biases.
  Adoption(Process& process, std::span<const uint64_t> passed_over)
      : process_(process), passed_over_(passed_over) {}

  // True if all is adopted, or nothing can be. Otherwise `obstacle` is the load bias of the module
  // that stands in the way.
  [[nodiscard]] bool Run(uint64_t& obstacle) {
    char error[256];
    process_.diagnostics.BeginCapture(error);
    BeginTrial();
    const char* const abandoned = RunAbandonableUnderLocks(process_, [this] { Prepare(); });
    const bool has_failed = abandoned != nullptr || process_.diagnostics.HasErrors() || is_refused_;
    process_.diagnostics.EndCapture();
    if (has_failed || modules_.empty()) {
      ForgetPlannedSeals(process_);
      DropTrial();
      obstacle = current_;
      return !has_failed || current_ == 0;
    }
    KeepTrial();
    SealPlanned(process_);
    for (Module* module : modules_) MakeKnown(*module, process_.module_names);
    DebugStateAdd();
    PublishModules(modules_);
    DebugStateConsistent();
    for (Module* module : pinned_) Keep(process_, *module);
    return true;
  }

 private:
  void Prepare() {
    LateModuleList list;
    list.Read(process_);
    for (const LateModuleList::Item& item : list.items()) {
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

  [[nodiscard]] bool Describe(const LateModuleList::Item& item) {
    if (!Pin(item.path)) {
      is_refused_ = true;  // it was unloaded meanwhile
      return false;
    }
    Module* module = ArenaNew<Module>();
    module->origin = SIGNET_ORIGIN_ADOPTED;
    module->name = item.path;
    module->path = item.path;
    module->map.relro_open = false;
    if (!DescribeModule(process_.diagnostics, item.phdrs, item.load_bias, *module)) return false;
    if (module->map.headers.dynamic == nullptr) {
      is_refused_ = true;
      return false;
    }
    if (!DecodeModule(process_.diagnostics, *module, FileEntries(*module))) return false;
    module->tls.id = item.tls_id;
    MakeKnown(*module, names_);
    modules_.Add(module);
    return true;
  }

  [[nodiscard]] bool Pin(const char* path) const {
    const auto open = FindLibcFunction<void*(const char*, int)>(process_, "dlopen");
    return open != nullptr && open(path, RTLD_LAZY | RTLD_NOLOAD | RTLD_NODELETE) != nullptr;
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

}  // namespace

bool IsLateModule(const dl_phdr_info& info) {
  const uint64_t phdrs = std::bit_cast<uint64_t>(info.dlpi_phdr);
  return phdrs != std::bit_cast<uint64_t>(the_process->stand_in->phdrs.data()) &&
         FindModule(phdrs) == nullptr;
}

bool HasLateModules() {
  if (the_process->stand_in == nullptr) return false;
  const LateModuleState& state = the_process->services->late_modules;
  const link_map* last = state.last_known.load(std::memory_order_acquire);
  return last == nullptr || Behind(*last) != state.seen_behind.load(std::memory_order_relaxed);
}

InterpreterCounts CountsOfInterpreter() { return the_process->services->late_modules.counts; }

void AdoptLateModules(Process& process) {
  if (CanAbandon() || !HasLateModules()) return;
  const ForkBarrier barrier(process);
  const InLibc in_libc(process);
  uint64_t passed_over[kMostPassedOver];
  size_t count = 0;
  while (count < kMostPassedOver &&
         !Adoption(process, {passed_over, count}).Run(passed_over[count])) {
    ++count;
  }
  if (const uint64_t list = FindInRuntime(process, "_r_debug"); list != 0)
    process.libc.iterate(SeeEnd, std::bit_cast<void*>(list));
}

void AdoptLateModulesIfFree(Process& process) {
  if (!HasLateModules() || !loader_lock.AcquireIfFree()) return;
  AdoptLateModules(process);
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
