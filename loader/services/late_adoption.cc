// SPDX-License-Identifier: MIT
#include "loader/services/late_adoption.h"

#include <dlfcn.h>
#include <link.h>

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
#include "loader/seal/seal.h"
#include "loader/services/fork_barrier.h"
#include "loader/services/state.h"
#include "loader/services/unload.h"

namespace signet {
namespace {

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

// The first module of the interpreter's list that is not in the table. It is a copy, because the
// module may be unloaded as soon as the walk is over.
struct LateModule {
  uint64_t load_bias = 0;
  uint64_t tls_id = 0;
  const char* path = nullptr;
  std::span<elf::Phdr> phdrs;
  size_t skip = 0;  // late modules to pass over
};

int FindLateModule(dl_phdr_info* info, size_t /*size*/, void* data) {
  if (!IsLateModule(*info) || *info->dlpi_name == '\0') return 0;
  LateModule& late = *static_cast<LateModule*>(data);
  if (late.skip != 0) {
    --late.skip;
    return 0;
  }
  late.load_bias = info->dlpi_addr;
  late.tls_id = info->dlpi_tls_modid;
  late.path = ArenaString(info->dlpi_name);
  late.phdrs = ArenaArray<elf::Phdr>(info->dlpi_phnum);
  std::memcpy(late.phdrs.data(), info->dlpi_phdr, late.phdrs.size_bytes());
  return 1;
}

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

class Adoption {
 public:
  explicit Adoption(Process& process) : process_(process) {}

  // Adopts one. True if there may be more.
  [[nodiscard]] bool Run(size_t skip) {
    late_.skip = skip;
    char error[256];
    process_.diagnostics.BeginCapture(error);
    BeginTrial();
    const char* const abandoned = RunAbandonable([this] { Prepare(); });
    const bool done =
        abandoned == nullptr && !process_.diagnostics.HasErrors() && module_ != nullptr;
    process_.diagnostics.EndCapture();
    if (!done) {
      ForgetPlannedSeals(process_);
      DropTrial();
      return late_.path != nullptr;
    }
    KeepTrial();
    SealPlanned(process_);
    MakeKnown(*module_, process_.module_names);
    DebugStateAdd();
    PublishModules({&module_, 1});
    DebugStateConsistent();
    for (Module* module : pinned_) Keep(process_, *module);
    return true;
  }

 private:
  void Prepare() {
    process_.libc.iterate(FindLateModule, &late_);
    if (late_.path == nullptr || !Pin()) return;
    Module* module = ArenaNew<Module>();
    module->origin = SIGNET_ORIGIN_ADOPTED;
    module->name = late_.path;
    module->path = late_.path;
    module->map.relro_open = false;
    if (!DescribeModule(process_.diagnostics, late_.phdrs, late_.load_bias, *module) ||
        module->map.headers.dynamic == nullptr ||
        !DecodeModule(process_.diagnostics, *module, FileEntries(*module))) {
      return;
    }
    module->tls.id = late_.tls_id;
    FindNeeded(*module);
    Module* const modules[] = {module};
    Relocator relocator(process_, modules, process_.modules);
    relocator.Rebind();
    pinned_ = relocator.pinned();
    if (!ProtectRelro(process_.diagnostics, *module) ||
        !MakeClosedRelroAnonymous(process_.diagnostics, *module))
      return;
    {
      const LastingMemory lasting(true);
      process_.module_names.Reserve(1);
      ReserveModules(1);
      PlanSeals(process_, modules);
    }
    module_ = module;
  }

  // False if it was unloaded meanwhile.
  [[nodiscard]] bool Pin() const {
    const auto open = FindLibcFunction<void*(const char*, int)>(process_, "dlopen");
    return open != nullptr && open(late_.path, RTLD_LAZY | RTLD_NOLOAD | RTLD_NODELETE) != nullptr;
  }

  void FindNeeded(Module& module) const {
    List<Module*> needed;
    for (const char* name : module.decoded.needed_names) {
      if (Module* known = process_.module_names.Find(name)) needed.Add(known);
    }
    module.closure.needed = {needed.begin(), needed.size()};
  }

  Process& process_;
  LateModule late_;
  Module* module_ = nullptr;
  std::span<Module* const> pinned_;  // by its references
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
  const uint64_t added = AddedCount();
  // Modules that could not be adopted are passed over.
  size_t failed = 0;
  for (uint64_t count = added; Adoption(process).Run(failed);) {
    if (AddedCount() == count) ++failed;
    count = AddedCount();
  }
  if (const uint64_t list = FindInRuntime(process, "_r_debug"); list != 0)
    process.libc.iterate(SeeEnd, std::bit_cast<void*>(list));
}

}  // namespace signet
