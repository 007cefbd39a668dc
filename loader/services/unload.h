// SPDX-License-Identifier: MIT
//
// Unloads modules: what dlclose does with --dlopen-seal=nodelete or never.
//
// Input: modules that came by dlopen, with their counts. Output: those that nothing needs any more
// are finalised, taken out of every table, and unmapped with the memory that the loader kept for
// them. As in glibc, a module is needed
//   while it is open,
//   if it is NODELETE, defines a unique symbol that is in use, or was sealed in part by the
//   program,
//   while destructors of threads' objects in it are pending,
//   and if a module that is needed has it among its DT_NEEDED, or is bound to one of its symbols.
//
// It never touches memory that is sealed, modules from the start, or the runtime. Under the loader
// lock, except for ReadSection.
//
// Only this file asks whether unloading is on. Other rooms see it by what this one writes into
// modules and the process. If unloading is off, no module has a region, and none is dying:
//   seal/   leaves a removable module unsealed (ModuleUnload::IsRemovable), seals one that is to
//           stay after all (PlanUnsealed), and forgets those that die (ForgetDyingSeals)
//   link/   records what a module is bound to (ModuleUnload::bound), does not bind to a module that
//           is dying (is_dying), and binds __cxa_thread_atexit_impl to
//           Process::thread_at_exit_symbol if there is one, which counts
//           ModuleUnload::thread_destructors
//   find/   keeps what it finds for a module in the memory of that module (ModuleUnload::region)
//   tls/    takes ids and places back (ReleaseTlsId)
//
// Readers (dl_iterate_phdr, dladdr) take no lock. A module that has left the tables stays in memory
// until all readers that began before have ended. No call waits for that: a later call looks again.
// Some readers never end: a callback of dl_iterate_phdr that is left by an exception, or, in the
// child of a fork, one that another thread had begun. From then on nothing is unmapped.
#pragma once

#include <atomic>

#include "loader/process.h"

#pragma GCC visibility push(hidden)

namespace signet {

struct UnloadState {
  bool is_unloading = false;
  bool again = false;  // there may be more to unload
  bool has_ended = false;

  // A reader adds itself to the count that the lowest bit of `turn` selects. A module that is
  // removed waits until the other count is zero. Then the turn changes, and it waits until the
  // count that was selected before is zero, too. After that no reader is left that may have found
  // it.
  std::atomic<unsigned> turn = 0;
  std::atomic<unsigned> readers[2] = {};
  Module* removed = nullptr;  // since the turn changed, by next_removed
  Module* waiting = nullptr;  // removed before that
};

// At the start.
void PrepareUnloading(Process& process);

// Makes sure that `module` stays, with everything that it needs. With --dlopen-seal=nodelete they
// are sealed now. Needs no memory.
void Keep(Process& process, Module& module);

// `from` uses something that `target` defines, and found it by dlsym.
void NoteUse(Process& process, Module& from, Module& target);

// What one dlopen decides about unloading: where its modules live, and what stays. Its calls come
// in this order, at their places among the steps of the dlopen (opening.cc).
class UnloadPlan {
 public:
  // `fresh` are the modules that the dlopen brings. They get a region, which is freed when the last
  // of them is unloaded.
  void Begin(const Process& process, std::span<Module* const> fresh);

  // `module` is to stay, with everything that it needs.
  void Keep(Module& module) { kept_.AddOnce(&module); }

  // Fresh modules that are to stay will be sealed like others. Called before their seals are
  // planned.
  void KeepNew() const;

  // Called when the dlopen cannot fail any more and is about to seal. Of the modules that were
  // there before, those that it keeps are sealed with the new ones.
  void KeepOld(Process& process) const;

  // The memory on trial becomes this region; null: it is for good.
  Region* region() const { return region_; }

 private:
  std::span<Module* const> fresh_;
  List<Module*> kept_;
  Region* region_ = nullptr;
};

// Unloads what nothing needs. Destructors run, and may call dlopen and dlclose.
void Unload(Process& process);

// Unmaps unloaded modules, as far as no reader is left that may look at them.
void FreeUnloaded(Process& process);

// The process ends: nothing is unloaded any more.
void EndUnloading(const Process& process);

// While this lives, every module that this thread finds in the module table stays in memory. Work
// that may be abandoned (base/abandon.h) does not count as a reader: it would never end, and
// nothing is unloaded while it runs.
class ReadSection {
 public:
  ReadSection();
  ~ReadSection();
  ReadSection(const ReadSection&) = delete;
  ReadSection& operator=(const ReadSection&) = delete;

 private:
  bool is_counted_;
  unsigned turn_ = 0;
};

}  // namespace signet

#pragma GCC visibility pop
