// SPDX-License-Identifier: MIT
//
// This process's mappings: all, as the kernel lists them in /proc/self/maps, read piece by piece;
// or one that is asked for; and which pages of one differ from its file.
//
// Input: addresses, or nothing. Output: mappings in ascending order. It allocates nothing, sets no
// errno, and may run in any thread and in a signal handler. It does not stop other threads from
// changing the mappings meanwhile.
#pragma once

#include <cstddef>
#include <cstdint>

#include "protocol/kernel_interface.h"
#include "sealer/sealed_ranges.h"

#pragma GCC visibility push(hidden)

namespace signet {

// True if all of [start, end) is mapped. Both are multiples of the page. Needs no /proc.
bool IsMapped(uint64_t start, uint64_t end);

// Questions about one mapping (Linux 6.11).
class MappingQuery {
 public:
  MappingQuery();
  ~MappingQuery();
  MappingQuery(const MappingQuery&) = delete;
  MappingQuery& operator=(const MappingQuery&) = delete;

  // False if the kernel does not answer: it is older, or /proc is not there.
  bool ok() const { return fd_ >= 0; }
  // The mapping that holds `address`: 0, or -ENOENT if nothing is mapped there, or the kernel's
  // error. The caller may have filled in where the mapping's name is to go.
  [[nodiscard]] long Find(uint64_t address, ProcmapQuery& mapping) const;

 private:
  int fd_;
};

// Finds pages of private mappings of files that are the process's own copies, because somebody
// wrote to them (Linux 6.7).
class ModifiedPages {
 public:
  ModifiedPages();
  ~ModifiedPages();
  ModifiedPages(const ModifiedPages&) = delete;
  ModifiedPages& operator=(const ModifiedPages&) = delete;

  // The first run of them in [start, end), which is empty if there is none. Returns 0, or the
  // kernel's error.
  [[nodiscard]] long FindFirst(uint64_t& start, uint64_t& end) const;

 private:
  int fd_;
};

struct Mapping {
  uint64_t start = 0;
  uint64_t end = 0;
  uint64_t offset = 0;      // in the file, in bytes
  uint64_t inode = 0;       // 0: no file
  uint32_t facts = 0;       // kAnonymous, kWritable, kShared
  bool is_segment = false;  // System V shared memory, from shmat
};

class MappingReader {
 public:
  MappingReader();
  ~MappingReader();
  MappingReader(const MappingReader&) = delete;
  MappingReader& operator=(const MappingReader&) = delete;

  // False where /proc cannot be read.
  bool ok() const { return fd_ >= 0; }
  // The next one; false at the end.
  [[nodiscard]] bool Next(Mapping& mapping);

 private:
  int Get();
  bool GetNumber(unsigned base, uint64_t& value);  // and the character behind it
  void GetName(Mapping& mapping);

  int fd_;
  size_t next_ = 0;
  size_t size_ = 0;
  char buffer_[1024];
};

// Cuts memory into ranges of uniform facts.
class MemoryFacts {
 public:
  // Writes the ranges of [start, end), in ascending order, and returns their number, at least one.
  // There are at most `room`; if that is too few, the last one takes the rest. All have the facts
  // `common`; memory that the kernel does not list has the facts `unknown`. Each call begins at or
  // behind the end of the one before.
  size_t Describe(uint64_t start, uint64_t end, uint32_t common, uint32_t unknown,
                  SealedRange* ranges, size_t room);

 private:
  // Goes on to the first mapping that ends behind `address`. False if there is none.
  bool Seek(uint64_t address);

  MappingReader reader_;
  Mapping mapping_;
  bool at_end_ = false;
};

}  // namespace signet

#pragma GCC visibility pop
