// SPDX-License-Identifier: MIT
#include "loader/strays.h"

#include <dlfcn.h>
#include <link.h>

#include "loader/attempt.h"
#include "loader/closure.h"
#include "loader/decode.h"
#include "loader/libc_boot.h"
#include "loader/libc_calls.h"
#include "loader/map.h"
#include "loader/module_table.h"
#include "loader/rdebug.h"
#include "loader/relocate.h"
#include "loader/report.h"
#include "loader/seal.h"
#include "loader/sys/syscall.h"

namespace signet {
namespace {

constinit unsigned long long seen_adds = 0;

int ReadAdds(dl_phdr_info* info, size_t /*size*/, void* data) {
  *static_cast<unsigned long long*>(data) = info->dlpi_adds;
  return 1;
}

unsigned long long CountAdds() {
  unsigned long long adds = 0;
  if (libc.iterate != nullptr) libc.iterate(ReadAdds, &adds);
  return adds;
}

// The first module of the interpreter's that is not in the table, as a copy: it may go as soon as
// the walk is over.
struct Stray {
  uint64_t load_bias = 0;
  uint64_t tls_id = 0;
  const char* path = nullptr;
  std::span<elf::Phdr> phdrs;
  size_t skip = 0;  // so many strays come before it
};

int FindStray(dl_phdr_info* info, size_t /*size*/, void* data) {
  const uint64_t phdrs = std::bit_cast<uint64_t>(info->dlpi_phdr);
  if (phdrs == std::bit_cast<uint64_t>(the_process->stand_in->phdrs.data()) ||
      FindModule(phdrs) != nullptr || *info->dlpi_name == '\0') {
    return 0;
  }
  Stray& stray = *static_cast<Stray*>(data);
  if (stray.skip != 0) {
    --stray.skip;
    return 0;
  }
  stray.load_bias = info->dlpi_addr;
  stray.tls_id = info->dlpi_tls_modid;
  stray.path = ArenaString(info->dlpi_name);
  stray.phdrs = ArenaArray<elf::Phdr>(info->dlpi_phnum);
  std::memcpy(stray.phdrs.data(), info->dlpi_phdr, stray.phdrs.size_bytes());
  return 1;
}

// The entries as the file has them: glibc turns some into addresses.
std::span<const elf::Dyn> FileEntries(const Module& module) {
  const std::span<const elf::Dyn> mapped =
      elf::DynamicEntries(module.image, *module.headers.dynamic);
  const std::span<elf::Dyn> entries = ArenaArray<elf::Dyn>(mapped.size());
  for (size_t i = 0; i < entries.size(); ++i) {
    entries[i] = mapped[i];
    uint64_t& value = entries[i].d_un.d_val;
    if (value >= module.start && value < module.end) value -= module.image.load_bias();
  }
  return entries;
}

class Adoption {
 public:
  explicit Adoption(Process& process) : process_(process) {}

  // Adopts one, and says whether there may be more.
  [[nodiscard]] bool Run(size_t skip) {
    stray_.skip = skip;
    char error[256];
    BeginCapture(error);
    BeginTrial();
    const bool done = Attempt([this] { Prepare(); }) && !HasErrors() && module_ != nullptr;
    EndCapture();
    if (!done) {
      ForgetPlannedSeals();
      DropTrial();
      return stray_.path != nullptr;
    }
    KeepTrial();
    SealPlanned(process_);
    MakeKnown(*module_, process_.names);
    DebugStateAdd();
    PublishModules({&module_, 1});
    DebugStateConsistent();
    return true;
  }

 private:
  void Prepare() {
    libc.iterate(FindStray, &stray_);
    if (stray_.path == nullptr || !Pin()) return;
    Module* module = ArenaNew<Module>();
    module->origin = SIGNET_ORIGIN_ADOPTED;
    module->name = stray_.path;
    module->path = stray_.path;
    module->relro_open = false;
    if (!DescribeModule(stray_.phdrs, stray_.load_bias, *module) ||
        module->headers.dynamic == nullptr || !DecodeModule(*module, FileEntries(*module))) {
      return;
    }
    module->tls_id = stray_.tls_id;
    FindNeeded(*module);
    Module* const modules[] = {module};
    Relocator(process_, modules, process_.modules).Rebind();
    if (!ProtectRelro(*module) || !MakeClosedRelroAnonymous(*module)) return;
    {
      const LastingMemory lasting(true);
      process_.names.Reserve(1);
      ReserveModules(1);
      PlanSeals(process_, modules);
    }
    module_ = module;
  }

  // False if it has gone meanwhile.
  [[nodiscard]] bool Pin() const {
    const auto open = std::bit_cast<void* (*)(const char*, int)>(FindInRuntime(process_, "dlopen"));
    return open != nullptr && open(stray_.path, RTLD_LAZY | RTLD_NOLOAD | RTLD_NODELETE) != nullptr;
  }

  void FindNeeded(Module& module) const {
    List<Module*> needed;
    for (const char* name : module.needed_names) {
      if (Module* known = process_.names.Find(name)) needed.Add(known);
    }
    module.needed = {needed.begin(), needed.size()};
  }

  Process& process_;
  Stray stray_;
  Module* module_ = nullptr;
};

}  // namespace

bool HasStrays() {
  return the_process->stand_in != nullptr &&
         CountAdds() != __atomic_load_n(&seen_adds, __ATOMIC_RELAXED);
}

void AdoptStrays(Process& process) {
  if (attempting || !HasStrays()) return;
  const unsigned long long adds = CountAdds();
  const uint64_t added = AddedCount();
  // What could not be adopted is passed over.
  size_t failed = 0;
  for (uint64_t count = added; Adoption(process).Run(failed);) {
    if (AddedCount() == count) ++failed;
    count = AddedCount();
  }
  __atomic_store_n(&seen_adds, adds, __ATOMIC_RELAXED);
}

}  // namespace signet
