// SPDX-License-Identifier: MIT
#include "loader/services/dlopen.h"

#include <dlfcn.h>

#include <algorithm>

#include "base/abandon.h"
#include "base/syscall.h"
#include "loader/diagnostics.h"
#include "loader/find/searcher.h"
#include "loader/libc/boot.h"
#include "loader/link/constructors.h"
#include "loader/link/debug_list.h"
#include "loader/link/module_table.h"
#include "loader/link/relocate.h"
#include "loader/link/versions.h"
#include "loader/load/closure.h"
#include "loader/load/closure_members.h"
#include "loader/load/decode.h"
#include "loader/load/libc_functions.h"
#include "loader/load/map.h"
#include "loader/load/protection.h"
#include "loader/load/read_headers.h"
#include "loader/loader_lock.h"
#include "loader/seal/seal.h"
#include "loader/services/dlerror.h"
#include "loader/services/fork_barrier.h"
#include "loader/services/late_adoption.h"
#include "loader/services/unload.h"
#include "loader/tls/dynamic_tls.h"
#include "loader/tls/late_static_tls.h"

namespace signet {

namespace {

// One dlopen.
class Opening {
 public:
  Opening(Process& process, const char* name, int mode, Module& caller)
      : process_(process), name_(name), mode_(mode), caller_(caller) {}

  // Null if that was an error.
  Module* Run() {
    if (!Load()) return nullptr;
    // Other people's code runs, and may call dlopen again.
    Module* root = root_;
    if (!fresh_.empty()) RunConstructors(process_, order_);
    return root;
  }

 private:
  [[nodiscard]] bool Load() {
    const ForkBarrier guard(process_);
    char error[1024];
    process_.diagnostics.BeginCapture(error);
    BeginTrial();
    const char* const abandoned = RunAbandonable([this] { Link(); });
    const bool has_errors = process_.diagnostics.HasErrors();
    if (abandoned != nullptr || has_errors) Undo();
    const std::string_view first_error = process_.diagnostics.EndCapture();
    if (abandoned != nullptr || has_errors) {
      SetDlError("", has_errors ? first_error : abandoned);
      return false;
    }
    if (fresh_.empty()) {
      DropTrial();
    } else {
      KeepTrial(region_);
      Commit();
    }
    if ((mode_ & RTLD_GLOBAL) != 0) MakeGlobal();
    ++root_->opened.count;
    return true;
  }

  // All that may fail.
  void Link() {
    root_ = LoadGroup(process_, name_, caller_, closure_);
    if (process_.diagnostics.HasErrors()) return;
    for (Module* module : closure_) {
      if (!module->published.is_linked) fresh_.Add(module);
    }
    region_ = NewRegionFor(process_, fresh_);
    KeepMarked();
    OpenRuntime();
    if (process_.diagnostics.HasErrors()) return;
    for (Module* module : fresh_) {
      if (module->map.headers.tls != nullptr && module->IsNative()) AssignTlsId(process_, *module);
    }
    CheckVersions(process_, fresh_);
    if (process_.diagnostics.HasErrors()) return;
    Relocate();
    if (process_.diagnostics.HasErrors() || !FillSurplus(process_, fresh_)) return;
    for (Module* module : fresh_) {
      (void)ProtectRelro(process_.diagnostics, *module);
      if (module->IsAdopted()) (void)MakeClosedRelroAnonymous(process_.diagnostics, *module);
    }
    if (process_.diagnostics.HasErrors()) return;
    OrderConstructors(process_, closure_, order_);
    for (Module* module : kept_) KeepNew(*module);
    Reserve();
  }

  // Modules of the runtime are libc's to load.
  void OpenRuntime() {
    for (Module* module : fresh_) {
      if (!module->IsAdopted()) continue;
      const InLibc in_libc(process_);
      const auto open = FindLibcFunction<void*(const char*, int)>(process_, "dlopen");
      if (open == nullptr) {
        process_.diagnostics.LoadError(module->path, "its libc cannot load it");
        return;
      }
      void* handle = open(module->path, RTLD_NOW);
      if (handle == nullptr) {
        process_.diagnostics.LoadError("", FindLibcFunction<const char*()>(process_, "dlerror")());
        return;
      }
      libc_handles_.Add(handle);
      if (!AdoptLater(process_, *module)) return;
    }
  }

  void Relocate() {
    List<Module*> scope;
    scope.Reserve(process_.modules.size() + closure_.size());
    const auto add = [&scope](std::span<Module* const> modules) {
      for (Module* module : modules) {
        if (!module->unload.is_dying) scope.AddOnce(module);
      }
    };
    if ((mode_ & RTLD_DEEPBIND) != 0) {
      add(closure_);
      add(process_.modules);
    } else {
      add(process_.modules);
      add(closure_);
    }
    Relocator relocator(process_, fresh_, scope);
    relocator.Apply();
    if (process_.diagnostics.HasErrors()) return;
    relocator.BindLibraryIfuncs();
    relocator.Rebind();
    for (Module* module : relocator.pinned()) kept_.AddOnce(module);
  }

  // Modules that are never to be unloaded.
  void KeepMarked() {
    for (Module* module : fresh_) {
      if ((module->dynamic.flags_1 & DF_1_NODELETE) != 0) kept_.AddOnce(module);
    }
    if ((mode_ & RTLD_NODELETE) != 0) kept_.AddOnce(root_);
  }

  // So that nothing behind this needs memory.
  void Reserve() {
    scopes_ = ArenaArray<LocalScope>(closure_.size());
    const LastingMemory lasting(true);
    process_.modules.Reserve(process_.modules.size() + closure_.size());
    process_.init_order.Reserve(process_.init_order.size() + fresh_.size());
    process_.module_names.Reserve(fresh_.size());
    ReserveModules(fresh_.size());
    PlanSeals(process_, fresh_);
  }

  void Undo() {
    process_.open_files.CloseAll();
    ForgetPlannedSeals(process_);
    for (size_t i = fresh_.size(); i-- != 0;) ReleaseTlsId(process_, *fresh_[i]);
    for (Module* module : closure_) {
      if (!module->published.is_linked && module->IsNative()) UnmapModule(*module);
    }
    for (void* handle : libc_handles_) {
      const InLibc in_libc(process_);
      FindLibcFunction<int(void*)>(process_, "dlclose")(handle);
    }
    DropTrial();
  }

  void Commit() {
    for (size_t i = 0; i < closure_.size(); ++i) {
      Module& module = *closure_[i];
      if (module.opened.is_global) continue;
      scopes_[i] = {closure_, module.opened.local_scopes};
      module.opened.local_scopes = &scopes_[i];
    }
    KeepWhatIsUsed();
    SealPlanned(process_);
    for (Module* module : fresh_) MakeKnown(*module, process_.module_names);
    for (Module* module : order_) {
      if (!module->published.is_linked) process_.init_order.Add(module);
    }
    DebugStateAdd();
    PublishModules(fresh_);
    DebugStateConsistent();
  }

  // Of what was there before.
  void KeepWhatIsUsed() {
    if (region_ == nullptr) return;
    for (Module* module : kept_) KeepOld(process_, *module);
    for (const Module* module : fresh_) {
      if (module->unload.IsRemovable()) continue;
      for (Module* needed : module->closure.needed) KeepOld(process_, *needed);
      for (Module* bound : module->unload.bound) KeepOld(process_, *bound);
    }
  }

  void MakeGlobal() {
    const LastingMemory lasting(true);
    for (Module* module : GroupOf(process_, *root_)) {
      if (module->opened.is_global) continue;
      module->opened.is_global = true;
      process_.modules.Add(module);
    }
  }

  Process& process_;
  const char* name_;
  int mode_;
  Module& caller_;
  Module* root_ = nullptr;
  List<Module*> closure_;  // breadth-first, the root first
  List<Module*> fresh_;    // those that were not there before
  List<Module*> order_;    // of constructors
  List<void*> libc_handles_;
  List<Module*> kept_;            // they are not to be unloaded
  Region* region_ = nullptr;      // where modules that may be unloaded live
  std::span<LocalScope> scopes_;  // one for each of the closure
};

Module* FindLoaded(Process& process, const char* name, Module& caller) {
  if (Module* known = process.module_names.Find(name)) return known;
  const ForkBarrier guard(process);
  // The paths that are tried are of no use later.
  const bool trial = !CanAbandon();
  if (trial) BeginTrial();
  Module* known = nullptr;
  if (const FoundFile found = process.searcher->Find(name, caller); found.path != nullptr) {
    Module file;
    file.path = found.path;
    if (IdentifyFile(process.diagnostics, found.fd, file))
      known = process.module_names.Find(file.file.device, file.file.inode);
    process.open_files.Close(found.fd);
  }
  if (trial) DropTrial();
  return known;
}

// What was loaded at start, or is opened by a constructor of its own group, may still wait for its
// turn: as under ld.so, who opens it need not.
void RunPendingConstructors(Process& process, Module& root) {
  if (root.init.is_initialised || root.origin != SIGNET_ORIGIN_LIBRARY || CanAbandon()) return;
  const LastingMemory memory(true, root.unload.region);
  List<Module*> order;
  OrderConstructors(process, GroupOf(process, root), order);
  RunConstructors(process, order);
}

// Hardly anybody opens the vdso: when the process starts, it is neither decoded nor given its name.
[[gnu::cold]] void KnowVdso(Process& process) {
  const ForkBarrier guard(process);
  const LastingMemory lasting(true);
  Module& vdso = *process.vdso;
  if (process.module_names.Find(vdso.name) != nullptr) return;
  if (!DecodeModule(process.diagnostics, vdso, vdso.dynamic.entries)) {
    process.diagnostics.ForgetErrors();
    return;
  }
  process.module_names.Reserve(1);
  process.module_names.Add(vdso.name, &vdso);
}

}  // namespace

std::span<Module* const> GroupOf(Process& process, Module& root) {
  if (!root.opened.group.empty()) return root.opened.group;
  const ForkBarrier guard(process);
  const LastingMemory memory(true, root.unload.region);
  const uint32_t number = ++process.visit_count;
  List<Module*> group;
  group.Add(&root);
  root.init.visited = number;
  bool has_loader = false;
  List<Module*> result;
  for (size_t next = 0; next < group.size(); ++next) {
    Module* module = group[next];
    if (module->IsAdopted() && !has_loader) {
      result.Add(process.loader);
      has_loader = true;
    }
    result.Add(module);
    for (Module* needed : module->closure.needed) {
      if (needed->init.visited == number) continue;
      needed->init.visited = number;
      group.Add(needed);
    }
  }
  root.opened.group = result;
  return root.opened.group;
}

void* DlOpen(const char* name, int mode, uint64_t caller) {
  ClearDlError();
  const LockHolder guard(loader_lock);
  Process& process = *the_process;
  if ((mode & (RTLD_LAZY | RTLD_NOW)) == 0) {
    SetDlError(name != nullptr ? name : "", "invalid mode for dlopen(): Invalid argument");
    return nullptr;
  }
  if (name == nullptr || *name == '\0') return &process.program->published.link;
  AdoptLateModules(process);
  FreeUnloaded(process);
  Module* from = FindModule(caller);
  if (from == nullptr) from = process.program;
  if (process.vdso != nullptr && std::string_view(name) == process.vdso->name) {
    KnowVdso(process);
  }
  Module* known = process.module_names.Find(name);
  if (known == nullptr && (mode & RTLD_NOLOAD) != 0) {
    known = FindLoaded(process, name, *from);
    if (known == nullptr) return nullptr;
  }
  Module* root = known;
  if (known != nullptr && ((mode & RTLD_GLOBAL) == 0 || known->opened.is_global)) {
    ++known->opened.count;
  } else if (CanAbandon()) {
    SetDlError(name, "cannot load from an IFUNC resolver that a dlopen runs");
    return nullptr;
  } else {
    root = Opening(process, name, mode, *from).Run();
    if (root == nullptr) return nullptr;
  }
  if ((mode & RTLD_NODELETE) != 0) Keep(process, *root);
  RunPendingConstructors(process, *root);
  return &root->published.link;
}

int DlClose(void* handle) {
  ClearDlError();
  const LockHolder guard(loader_lock);
  AdoptLateModules(*the_process);
  Module* module = ModuleOf(handle);
  if (module == the_process->program) return 0;
  if (module == nullptr || module->opened.count == 0) {
    SetDlError(module != nullptr ? module->path : "", "shared object not open");
    return -1;
  }
  --module->opened.count;
  Unload(*the_process);
  FreeUnloaded(*the_process);
  return 0;
}

}  // namespace signet
