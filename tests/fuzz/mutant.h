// SPDX-License-Identifier: MIT
//
// Reachable mutants: a sound module, in which a few fields are changed that a loader reads, to
// values that may matter. Random bytes would not get past the first check.
//
// Input: a sound module and a generator of random numbers. Output: its fields, and the bytes of a
// mutant. The same generator makes the same mutant. Thread-compatible.
#pragma once

#include <cstdint>
#include <random>
#include <string>
#include <vector>

#include "tests/fail/elf_file.h"

namespace signet::test {

// The standard fixes what it returns, so that a seed means the same everywhere.
using Random = std::mt19937_64;

// A number below `limit`. std::uniform_int_distribution is not the same everywhere.
inline uint64_t Below(Random& random, uint64_t limit) { return random() % limit; }

class MutantMaker {
 public:
  // Throws if the module is not sound.
  explicit MutantMaker(const std::filesystem::path& sound);

  const ElfFile& sound() const { return file_; }

  std::string Make(Random& random) const;

 private:
  struct Field {
    uint64_t offset;  // in the file
    uint64_t width;   // bytes
  };
  using Fields = std::vector<Field>;

  // Each finds the fields of one group.
  void FindHeader();
  void FindSegments();
  void FindDynamic();
  void FindSymbols();
  void FindRelocations();
  void FindHashTables();
  void FindVersions();
  void FindContents();

  // Adds a group of `count` structures at `vaddr`, whose fields have these widths.
  void AddGroup(uint64_t vaddr, uint64_t count, std::initializer_list<uint64_t> widths);
  void AddFields(Fields& group, uint64_t offset, uint64_t count,
                 std::initializer_list<uint64_t> widths) const;
  uint64_t OffsetOf(uint64_t vaddr);
  // The value of a dynamic entry, or 0.
  uint64_t Tag(int64_t tag);

  uint64_t Value(Random& random, const std::string& bytes, const Field& field,
                 const Fields& group) const;
  void ChangeField(Random& random, std::string& bytes) const;
  void ChangeFlags(Random& random, std::string& bytes) const;
  void ChangeTag(Random& random, std::string& bytes) const;
  void ChangeRelocation(Random& random, std::string& bytes) const;
  void AimAtTable(Random& random, std::string& bytes) const;

  ElfFile file_;
  std::vector<Fields> groups_;
  std::vector<uint64_t> places_;       // addresses and offsets where something begins or ends
  std::vector<uint64_t> tables_;       // addresses of tables
  std::vector<uint64_t> entries_;      // offsets of dynamic entries
  std::vector<uint64_t> relocations_;  // offsets of relocations
};

}  // namespace signet::test
