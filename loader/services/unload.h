// SPDX-License-Identifier: MIT
//
// Modules that go: what dlclose unloads with --dlopen-seal=nodelete or never.
//
// Input: modules that came by dlopen, with their counts. Output: those that nothing needs any more
// are finalised, taken out of every table, and unmapped with the memory that the loader kept for
// them. As in glibc a module is needed while it is open; if it is NODELETE, defines a unique symbol
// that is in use, has destructors of threads' objects pending, or was sealed in part by the
// program; and if one that is needed has it among its DT_NEEDED, or is bound to one of its symbols.
//
// It never touches what is sealed, or what was there from the start, or the runtime. Under the
// loader lock, except for ReadSection.
//
// Readers (dl_iterate_phdr, dladdr) take no lock. What has left the tables stays in memory until
// those have ended that began before: nobody waits, but a later call looks again. A callback of
// dl_iterate_phdr that is left by an exception never ends, nor does a walk that a fork's child has
// from another thread: from then on nothing is unmapped.
#pragma once

#include <atomic>

#include "loader/process.h"

#pragma GCC visibility push(hidden)

namespace signet {

struct UnloadState {
  bool is_unloading = false;
  bool again = false;  // there may be more to unload
  bool has_ended = false;

  // Readers count themselves where the lowest bit of `turn` says. What is removed waits until the
  // other count is zero, then the turn changes, and it waits until the count that is now the other
  // one is zero: then nobody is left who may have found it.
  std::atomic<unsigned> turn = 0;
  std::atomic<unsigned> readers[2] = {};
  Module* removed = nullptr;  // since the turn changed, by next_removed
  Module* waiting = nullptr;  // removed before that
};

// At the start: tells the passes what they do otherwise where dlclose unloads. None of them has to
// ask.
void PrepareUnloading(Process& process);

// Makes sure that `module` stays, with all that it needs; seals them, with --dlopen-seal=nodelete.
// Needs no memory.
void Keep(Process& process, Module& module);

// For a dlopen: Keep in two steps, before and after what is new is published. The first concerns
// what is new only, the second plans the seals of the rest (seal.h).
void KeepNew(Module& module);
void KeepOld(Process& process, Module& module);

// `from` uses what `target` defines, and has found it by itself.
void NoteUse(Process& process, Module& from, Module& target);

// For a dlopen: `fresh` are the modules that it brings. Where dlclose unloads, they get a region,
// which memory on trial becomes, and which the last of them takes along; null elsewhere.
Region* NewRegionFor(const Process& process, std::span<Module* const> fresh);

// Unloads what nothing needs. Destructors run, which may call dlopen and dlclose.
void Unload(Process& process);

// Unmaps what was unloaded, as far as no reader is left.
void FreeUnloaded(Process& process);

// The process ends: what is there stays there.
void EndUnloading(const Process& process);

// While this lives, every module that this thread finds in the module table stays in memory.
class ReadSection {
 public:
  ReadSection();
  ~ReadSection();
  ReadSection(const ReadSection&) = delete;
  ReadSection& operator=(const ReadSection&) = delete;

 private:
  unsigned turn_ = 0;
};

}  // namespace signet

#pragma GCC visibility pop
