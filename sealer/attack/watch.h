// SPDX-License-Identifier: MIT
//
// Tells whether a range is still what it was: mapped, readable or not, writable or not, and with
// the same bytes.
//
// It finds out by trying, with system calls that fail where the memory does not allow them, and so
// does not depend on what the kernel says of its mappings, nor on the kernel's version. Whether
// pages can be executed it does not see. Not thread-safe.
#pragma once

#include <cstdint>

#include "protocol/attack_record.h"

#pragma GCC visibility push(hidden)

namespace signet {

class AttackWatch {
 public:
  // Memory and descriptors for all that is watched, one after the other.
  AttackWatch();

  // Looks at the pages [start, end). Their bytes are watched from `bytes_start` on, as far as they
  // are readable.
  void Begin(uint64_t start, uint64_t end, uint64_t bytes_start);

  // AttackEffect bits for the first, the middle and the last page.
  uint16_t Check();

  // The same, with the bytes of all pages.
  uint16_t CheckAll();

 private:
  static constexpr unsigned kSamples = 3;

  struct Sample {
    uint64_t page = 0;  // address
    bool mapped = false;
    bool readable = false;
    bool writable = false;
    bool has_copy = false;
  };

  Sample Look(uint64_t page);
  bool IsWritable(uint64_t page);
  uint64_t Hash() const;

  Sample samples_[kSamples];
  uint64_t start_ = 0;
  uint64_t end_ = 0;
  uint64_t bytes_start_ = 0;
  uint64_t hash_ = 0;
  char* copies_ = nullptr;  // kSamples pages
  int pipe_[2] = {};
};

// True if eight bytes can be read there.
bool IsReadable(uint64_t address);

}  // namespace signet

#pragma GCC visibility pop
