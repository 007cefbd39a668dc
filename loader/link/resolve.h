// SPDX-License-Identifier: MIT
//
// From a reference to its definition: gABI symbol resolution with GNU versions, over a scope.
//
// Input: decoded modules. Output: the defining module and symbol. It calls no IFUNC and changes no
// module. Used while linking at start, later under the loader lock.
//
// There are two ways, with the same answer. For a small closure each module's own hash table is
// asked in turn. In a large closure nearly all of these look-ups would find nothing. So the scope
// is turned around (export_table.h): every reference of the closure sets a bit for its hash, one
// sweep over all exports puts those whose bit is set into one table, and each reference is looked
// up once in that table.
#pragma once

#include "loader/load/exports.h"
#include "loader/process.h"

#pragma GCC visibility push(hidden)

namespace signet {

struct Definition {
  Module* module = nullptr;
  const elf::Sym* symbol = nullptr;  // null: undefined and weak, or symbol 0 of `module`

  uint64_t Address() const {
    return symbol->st_shndx == SHN_ABS ? symbol->st_value
                                       : module->map.image.Resolve(symbol->st_value);
  }
  // Address() as a p_vaddr of the module: outside all segments if the symbol is not in the module.
  uint64_t Vaddr() const { return Address() - module->map.image.load_bias(); }
  bool IsUnique() const {
    return symbol != nullptr && ELF64_ST_BIND(symbol->st_info) == STB_GNU_UNIQUE;
  }
  bool IsIfunc() const {
    return symbol != nullptr && ELF64_ST_TYPE(symbol->st_info) == STT_GNU_IFUNC;
  }
};

// Calls an IFUNC's resolver.
inline uint64_t CallResolver(uint64_t address) { return std::bit_cast<uint64_t (*)()>(address)(); }

struct ExportTable;
class LookAhead;

class Resolver {
 public:
  // For references of `modules`, whose definitions are searched for in `scope`.
  Resolver(Process& process, std::span<Module* const> scope, std::span<Module* const> modules)
      : process_(process), scope_(scope), modules_(modules) {}

  // Counts references and exports, and builds the table if that pays.
  void Prepare();
  // Gives the table's memory back. What is looked up later takes the other way.
  void Finish();

  // False, with the error reported, if the symbol index is out of range or a strong reference of a
  // native module has no definition. A symbol index of 0 is the module itself.
  [[nodiscard]] bool Resolve(Module& module, uint32_t symbol, ReferenceClass wanted,
                             Definition& definition);

  // For a reference of an adopted module, which libc's interpreter has bound inside the runtime:
  // true if a natively linked module or the loader defines that name, in any version.
  [[nodiscard]] bool MayBeInterposed(const Module& module, uint32_t symbol) const;

  // Null if there is no table.
  LookAhead* look_ahead() const { return look_ahead_; }
  uint64_t lookup_count() const { return lookup_count_; }
  bool has_used_table() const { return has_used_table_; }

 private:
  struct Reference;

  Definition Find(const Reference& reference) const;
  Definition FindAny(const Reference& reference) const;
  Definition FindInTable(const Reference& reference) const;
  Definition Walk(const Reference& reference) const;

  Process& process_;
  std::span<Module* const> scope_;
  std::span<Module* const> modules_;
  ExportTable* table_ = nullptr;
  LookAhead* look_ahead_ = nullptr;
  bool has_used_table_ = false;
  uint64_t lookup_count_ = 0;
};

// What dlsym searches for: a name without a reference.
struct SymbolQuery {
  const char* name;
  const char* version = nullptr;  // null: the default version
};
Definition FindSymbol(std::span<Module* const> scope, const SymbolQuery& query);

}  // namespace signet

#pragma GCC visibility pop
