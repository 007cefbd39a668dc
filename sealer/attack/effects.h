// SPDX-License-Identifier: MIT
//
// Finds out whether a range has changed: whether it is mapped, readable and writable as before, and
// has the same bytes.
//
// Input: a range. Output: AttackEffect bits. It tries system calls that fail if the memory does not
// allow them. So it depends neither on what /proc says nor on the version of the kernel. It does
// not see whether pages can be executed. Not thread-safe.
#pragma once

#include <cstdint>

#include "protocol/attack_record.h"

#pragma GCC visibility push(hidden)

namespace signet {

class EffectChecker {
 public:
  // Gets the memory and the descriptors for all ranges, which are checked one after the other.
  [[gnu::cold]] EffectChecker();

  // Looks at the pages of [start, end). Their bytes are checked from `bytes_start` on, if they are
  // readable.
  [[gnu::cold]] void Begin(uint64_t start, uint64_t end, uint64_t bytes_start);

  // AttackEffect bits for the first, the middle and the last page.
  [[gnu::cold]] uint16_t Check();

  // The same, with the bytes of all pages.
  [[gnu::cold]] uint16_t CheckAll();

 private:
  static constexpr unsigned kSamples = 3;

  struct Sample {
    uint64_t page = 0;  // address
    bool mapped = false;
    bool readable = false;
    bool writable = false;
    bool has_copy = false;
  };

  [[gnu::cold]] Sample Look(uint64_t page);
  [[gnu::cold]] bool IsWritable(uint64_t page);
  [[gnu::cold]] uint64_t Hash() const;

  Sample samples_[kSamples];
  uint64_t start_ = 0;
  uint64_t end_ = 0;
  uint64_t bytes_start_ = 0;
  uint64_t hash_ = 0;
  char* copies_ = nullptr;  // kSamples pages
  int pipe_[2] = {};
};

// True if eight bytes can be read there.
[[gnu::cold]] bool IsReadable(uint64_t address);

}  // namespace signet

#pragma GCC visibility pop
