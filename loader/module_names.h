// SPDX-License-Identifier: MIT
//
// Which names stand for a module: those in DT_NEEDED entries, its soname, its path, and its device
// and inode.
//
// Input: modules. Output: the module for a name. The hash table is in the arena, and strings are
// not copied. Not thread-safe: used while linking, under the loader lock.
#pragma once

#include "elf/symbol.h"
#include "loader/module.h"

#pragma GCC visibility push(hidden)

namespace signet {

class ModuleNames {
 public:
  // Null if unknown.
  Module* Find(std::string_view name) const { return ModuleIn(FindEntry(name)); }
  Module* Find(uint64_t device, uint64_t inode) const {
    return ModuleIn(Lookup(HashFile(device, inode), [&](const Entry& entry) {
      return entry.name == nullptr && entry.module->file.device == device &&
             entry.module->file.inode == inode;
    }));
  }

  // Takes memory for the names of `count` modules in advance, so that adding them cannot fail.
  void Reserve(size_t count) {
    constexpr size_t kNamesOfOne = 4;
    while ((used_ + count * kNamesOfOne) * 2 > entries_.size()) Grow();
  }

  // A name stays with the first module for which it is added, unless that is closed.
  void Add(const char* name, Module* module) {
    if (name == nullptr || *name == '\0') return;
    if (Entry* entry = FindEntry(name); entry == nullptr) {
      Insert({name, module});
    } else if (entry->module->opened.is_closed) {
      *entry = {name, module};
    }
  }
  void AddFile(Module* module) { Insert({nullptr, module}); }

  // Removes all names of this module.
  void Remove(const Module* module) {
    for (size_t i = 0; i < entries_.size();) {
      if (entries_[i].module == module) {
        RemoveAt(i);  // another entry may be here now
      } else {
        ++i;
      }
    }
  }

 private:
  struct Entry {
    const char* name;  // null: the entry is for the module's device and inode
    Module* module;    // null: free

    uint32_t Hash() const {
      return name != nullptr ? elf::GnuHash(name)
                             : HashFile(module->file.device, module->file.inode);
    }
  };

  static uint32_t HashFile(uint64_t device, uint64_t inode) {
    return static_cast<uint32_t>((inode * 31 + device) * 0x9e3779b9);
  }

  static Module* ModuleIn(const Entry* entry) { return entry != nullptr ? entry->module : nullptr; }

  Entry* FindEntry(std::string_view name) const {
    return Lookup(elf::GnuHash(name),
                  [&](const Entry& entry) { return entry.name != nullptr && name == entry.name; });
  }

  template <typename Match>
  Entry* Lookup(uint32_t hash, Match&& match) const {
    if (entries_.empty()) return nullptr;
    for (size_t i = hash & Mask(); entries_[i].module != nullptr; i = (i + 1) & Mask()) {
      if (match(entries_[i])) return &entries_[i];
    }
    return nullptr;
  }

  void Insert(const Entry& entry) {
    if ((used_ + 1) * 2 > entries_.size()) Grow();
    Place(entry);
    ++used_;
  }

  void Grow() {
    const std::span<Entry> old = entries_;
    entries_ = ArenaArray<Entry>(old.empty() ? 32 : old.size() * 2);
    for (const Entry& kept : old) {
      if (kept.module != nullptr) Place(kept);
    }
  }

  void Place(const Entry& entry) {
    size_t i = entry.Hash() & Mask();
    while (entries_[i].module != nullptr) i = (i + 1) & Mask();
    entries_[i] = entry;
  }

  // Moves up entries that were placed behind this one because their own places were taken.
  // Otherwise a look-up would stop at the hole.
  void RemoveAt(size_t hole) {
    --used_;
    for (size_t i = (hole + 1) & Mask(); entries_[i].module != nullptr; i = (i + 1) & Mask()) {
      const size_t home = entries_[i].Hash() & Mask();
      if (((i - home) & Mask()) < ((i - hole) & Mask())) continue;
      entries_[hole] = entries_[i];
      hole = i;
    }
    entries_[hole] = {};
  }

  size_t Mask() const { return entries_.size() - 1; }

  std::span<Entry> entries_;  // a power of two of them
  size_t used_ = 0;
};

}  // namespace signet

#pragma GCC visibility pop
