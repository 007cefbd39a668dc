// SPDX-License-Identifier: MIT
#include "loader/services/opening.h"

#include <dlfcn.h>

#include "base/abandon.h"
#include "base/syscall.h"
#include "loader/diagnostics.h"
#include "loader/find/searcher.h"
#include "loader/libc/adopt.h"
#include "loader/libc/executable_stack.h"
#include "loader/link/constructors.h"
#include "loader/link/debug_list.h"
#include "loader/link/isa_level.h"
#include "loader/link/module_table.h"
#include "loader/link/relocate.h"
#include "loader/link/versions.h"
#include "loader/load/closure.h"
#include "loader/load/closure_members.h"
#include "loader/load/libc_functions.h"
#include "loader/load/map.h"
#include "loader/load/protection.h"
#include "loader/seal/seal.h"
#include "loader/services/closed.h"
#include "loader/services/dlerror.h"
#include "loader/services/fork_barrier.h"
#include "loader/services/group.h"
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

  Module* Run() {
    if (!Load()) return nullptr;
    // The modules' own code runs, and may call dlopen again.
    if (!fresh_.empty()) RunConstructors(process_, order_);
    return root_;
  }

 private:
  [[nodiscard]] bool Load() {
    const ForkBarrier barrier(process_);
    process_.diagnostics.BeginCapture();
    BeginTrial();
    const char* const abandoned = RunAbandonableUnderLocks(process_, [this] { Link(); });
    const bool has_errors = process_.diagnostics.HasErrors();
    const bool has_failed = has_errors || abandoned != nullptr;
    if (has_failed) Undo();
    const std::string_view first_error = process_.diagnostics.EndCapture();
    if (has_failed) {
      SetDlError("", has_errors ? first_error : abandoned);
      process_.diagnostics.ForgetCaptured();
      return false;
    }
    if (fresh_.empty()) {
      DropTrial();
    } else {
      KeepTrial(unload_plan_.region());
      Commit();
    }
    if ((mode_ & RTLD_GLOBAL) != 0) MakeGlobal();
    ++root_->opened.count;
    MarkOpen(*root_);
    return true;
  }

  // All that may fail, in order.
  void Link() {
    RunSteps<&Opening::LoadFiles,     // names every file that is missing before anything is linked
             &Opening::PickFresh,     // modules that were there before are linked already
             &Opening::OpenRuntime,   // libc's modules are there before others are bound to them
             &Opening::AssignTlsIds,  // relocation writes the ids
             &Opening::CheckFresh,    // the runtime's versions are known now
             &Opening::Relocate,      // beyond this point no symbol is looked up
             &Opening::FillTls,       // initial values may be relocated
             &Opening::CloseRelro,    // beyond this point nothing writes to RELRO
             &Opening::AllowStacks,   // this cannot be undone
             &Opening::Prepare,       // the order of constructors, and what stays
             // Takes the memory that publishing needs: beyond this point nothing fails.
             &Opening::Reserve>();
  }

  // The first step that reports an error is the last to run. So no step looks at the errors of
  // those before it.
  template <void (Opening::*... steps)()>
  void RunSteps() {
    (void)(((this->*steps)(), !process_.diagnostics.HasErrors()) && ...);
  }

  void LoadFiles() { root_ = LoadGroup(process_, name_, caller_, group_); }

  void PickFresh() {
    for (Module* module : group_) {
      if (!module->published.is_linked) fresh_.Add(module);
    }
    unload_plan_.Begin(process_, fresh_);
    if ((mode_ & RTLD_NODELETE) != 0) unload_plan_.Keep(*root_);
  }

  void OpenRuntime() {
    for (Module* module : fresh_) {
      if (module->IsAdopted() && !OpenAdopted(*module)) return;
    }
  }

  [[nodiscard]] bool OpenAdopted(Module& module) {
    const InLibc in_libc(process_);
    const ForeignFrames frames;  // constructors may call back
    void* handle = OpenByLibc(process_, module.path, RTLD_NOW);
    if (handle == nullptr) {
      const std::string_view error = ErrorOfLibc(process_);
      if (error.empty()) {
        process_.diagnostics.LoadError(module.path, "its libc cannot load it");
      } else {
        process_.diagnostics.LoadError("", error);
      }
      return false;
    }
    libc_handles_.Add(handle);
    return AdoptLater(process_, module);
  }

  void AssignTlsIds() {
    for (Module* module : fresh_) {
      if (module->map.headers.tls != nullptr && module->IsNative()) AssignTlsId(process_, *module);
    }
  }

  void CheckFresh() {
    CheckVersions(process_, fresh_);
    if (!process_.diagnostics.HasErrors()) CheckIsaLevels(process_.diagnostics, fresh_);
  }

  void Relocate() {
    Relocator relocator(process_, fresh_, Scope());
    relocator.Apply();
    if (process_.diagnostics.HasErrors()) return;  // no resolver runs in a half-linked group
    relocator.BindLibraryIfuncs();
    relocator.Copy();
    relocator.Rebind();
    for (Module* module : relocator.pinned()) unload_plan_.Keep(*module);
    has_foreign_resolvers_ = relocator.has_foreign_resolvers();
  }

  // Where references are looked up: the global scope, and the group behind it or in front of it.
  std::span<Module* const> Scope() const {
    List<Module*> scope;
    scope.Reserve(process_.modules.size() + group_.size());
    const auto add = [&scope](Module& module) {
      if (!module.unload.is_dying) scope.Add(&module);
    };
    const bool is_group_first = (mode_ & RTLD_DEEPBIND) != 0;
    const uint32_t number = ++process_.visit_count;
    for (Module* module : group_) {
      if (!is_group_first) break;
      module->init.visited = number;
      add(*module);
    }
    for (Module* module : process_.modules) {
      if (module->init.visited != number) add(*module);
    }
    for (Module* module : group_) {
      if (!is_group_first && !module->opened.is_global) add(*module);
    }
    return scope;
  }

  void FillTls() { (void)FillSurplus(process_, fresh_); }

  void CloseRelro() {
    for (Module* module : fresh_) {
      (void)ProtectRelro(process_.diagnostics, *module);
      if (module->IsAdopted()) (void)MakeClosedRelroAnonymous(process_.diagnostics, *module);
    }
  }

  void AllowStacks() {
    const InLibc in_libc(process_);
    const ForeignFrames frames;
    AllowExecutableStacks(process_, fresh_);
  }

  void Prepare() {
    OrderConstructors(process_, group_, order_);
    KeepOrder(*root_, order_);
    unload_plan_.KeepNew();
  }

  void Reserve() {
    scopes_ = ArenaArray<LocalScope>(group_.size());
    for (Module* module : fresh_) process_.searcher->SplitLists(*module);
    const LastingMemory lasting(true);
    process_.modules.Reserve(process_.modules.size() + group_.size());
    process_.init_order.Reserve(process_.init_order.size() + fresh_.size());
    process_.module_names.Reserve(fresh_.size());
    ReserveModules(fresh_.size());
    PlanSeals(process_, fresh_);
  }

  void Undo() {
    process_.open_files.CloseAll();
    ForgetPlannedSeals(process_);
    for (size_t i = fresh_.size(); i-- != 0;) ReleaseTlsId(process_, *fresh_[i]);
    for (Module* module : group_) {
      if (!module->published.is_linked && module->IsNative()) UnmapModule(*module);
    }
    for (void* handle : libc_handles_) {
      const InLibc in_libc(process_);
      CloseByLibc(process_, handle);
    }
    DropTrial();
  }

  void Commit() {
    for (size_t i = 0; i < group_.size(); ++i) {
      Module& module = *group_[i];
      if (module.opened.is_global) continue;
      scopes_[i] = {root_, group_, module.opened.local_scopes};
      module.opened.local_scopes = &scopes_[i];
    }
    unload_plan_.KeepOld(process_);
    SealPlanned(process_, fresh_, is_alone_ && !has_foreign_resolvers_);
    for (Module* module : fresh_) MakeKnown(*module, process_.module_names);
    for (Module* module : order_) {
      if (!module->published.is_linked) process_.init_order.Add(module);
    }
    DebugStateAdd();
    PublishModules(fresh_);
    DebugStateConsistent();
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
  List<Module*> group_;  // in the order of a search
  List<Module*> fresh_;  // those that were not there before
  List<Module*> order_;  // of constructors
  List<void*> libc_handles_;
  UnloadPlan unload_plan_;
  std::span<LocalScope> scopes_;  // one for each of the closure
  // Who else may change what is opened, while it is opened.
  bool is_alone_ = sys::IsAlone();
  bool has_foreign_resolvers_ = false;
};

}  // namespace

Module* OpenGroup(Process& process, const char* name, int mode, Module& caller) {
  return Opening(process, name, mode, caller).Run();
}

}  // namespace signet
