// SPDX-License-Identifier: MIT
//
// Applies relocations: psABI table 4.9, the types of executables and shared objects, and DT_RELR.
//
// Input: decoded modules with their places in static TLS. Output: the modules' data as it must be
// when they run. Errors are reported and counted; the caller stops. The steps, in this order,
// because each needs the one before:
//
//   Apply               everything that needs no code to run, in all modules
//   BindLibraryIfuncs   the libraries' IFUNCs: resolvers run now, in modules that are relocated
//                       except for IFUNCs
//   Copy                R_X86_64_COPY: takes initial values out of libraries that are finished
//   BindProgramIfuncs   the program's IFUNCs: its resolvers may look at what it copied
//   Rebind              references of adopted modules to what the program, a library or Signet
//                       itself defines
//
// A new relocation type is a name in RelocName (elf/reloc.h), and a case in ApplyOne, ApplyTls or
// Store. CONTRIBUTING.md has the steps.
//
// Not thread-safe: used while linking at start, later under the loader lock.
#pragma once

#include "elf/reloc.h"
#include "loader/link/resolve.h"

#pragma GCC visibility push(hidden)

namespace signet {

class Relocator {
 public:
  // Links `modules`. `scope` holds every module that they may be bound to.
  Relocator(Process& process, std::span<Module* const> modules, std::span<Module* const> scope)
      : process_(process), modules_(modules), resolver_(process, scope, modules) {}

  void Apply();
  void BindLibraryIfuncs() { BindIfuncs(SIGNET_ORIGIN_LIBRARY); }
  void Copy();
  void BindProgramIfuncs() { BindIfuncs(SIGNET_ORIGIN_PROGRAM); }
  void Rebind();

  // Modules that must stay from now on, because a module that stays is bound to them, or because
  // they define a unique symbol that is in use. Used only if dlclose unloads.
  std::span<Module* const> pinned() const { return {pinned_.begin(), pinned_.size()}; }

  // True if IFUNCs had resolvers that are not a part of libc: then foreign code has run.
  bool has_foreign_resolvers() const { return has_foreign_resolvers_; }

  const Resolver& resolver() const { return resolver_; }
  // Relocations applied, by type; DT_RELR's count as R_X86_64_RELATIVE.
  std::span<const uint64_t> counts() const { return counts_; }

 private:
  // What has to wait is kept as it was when it was checked. The module's memory may be changed
  // meanwhile, by resolvers for example.
  struct DeferredCopy {
    Module* module;
    elf::Rela rela;
    Definition definition;
  };
  struct DeferredIfunc {
    Module* module;
    elf::Rela rela;
    uint64_t resolver;
  };

  void BindIfuncs(signet_origin origin);
  void ApplyModule(Module& module);
  void ApplyRelr(Module& module);
  void ApplyTable(Module& module, std::span<const elf::Rela> table);
  void ApplyOne(Module& module, const elf::Rela& rela, uint32_t type);
  void ApplySymbolic(Module& module, const elf::Rela& rela, uint32_t type,
                     const Definition& definition);
  void ApplyIrelative(Module& module, const elf::Rela& rela);
  void NoteResolver(const Module& owner);
  void ApplyTls(Module& module, const elf::Rela& rela, uint32_t type, const Definition& definition);
  void Store(const Module& module, const elf::Rela& rela, uint32_t type, uint64_t value);
  [[nodiscard]] bool Resolve(Module& module, uint32_t symbol, ReferenceClass wanted,
                             Definition& definition);
  void NoteBinding(Module& module, const Definition& definition);
  void RebindInThread(const Module& module, uint64_t vaddr, uint64_t from, uint64_t to) const;
  void RebindTable(Module& module, std::span<const elf::Rela> table);

  Process& process_;
  std::span<Module* const> modules_;
  Resolver resolver_;
  List<DeferredCopy> copies_;
  List<DeferredIfunc> ifuncs_;
  List<Module*> pinned_;
  uint64_t counts_[elf::kRelocTypeCount] = {};
  bool has_foreign_resolvers_ = false;
  const Module* last_resolver_owner_ = nullptr;

  // The last answer, because linkers sort relocations by symbol.
  Module* last_module_ = nullptr;
  uint32_t last_symbol_ = 0;
  ReferenceClass last_wanted_ = ReferenceClass::kData;
  Definition last_definition_;
};

}  // namespace signet

#pragma GCC visibility pop
