// SPDX-License-Identifier: MIT
//
// The known ways around a seal: not a system call of the process that changes its mapping, but one
// that lets the kernel write to its memory, or that another process makes.
//
// Input: pages. Output: the kernel's answer. If one succeeds, it has changed one byte, or a page
// that was not present. It does not check that. Not thread-safe.
#pragma once

#include <cstdint>

#include "protocol/attack_record.h"

#pragma GCC visibility push(hidden)

namespace signet {

// libc has no function for these that could be guarded. So they are tried only inline.
constexpr bool IsWayAround(AttackCall call) { return call >= AttackCall::kSelfMem; }

class WaysAround {
 public:
  // `call` is one of kSelfMem to kIoUring, and `advice` its argument. Returns 0 for success,
  // otherwise a negated errno value.
  [[gnu::cold]] long Go(AttackCall call, int advice, uint64_t start, uint64_t size);

  // Restores the byte that the last Go changed.
  [[gnu::cold]] void Undo();

 private:
  [[gnu::cold]] long WriteByte(AttackCall call, char byte) const;

  AttackCall last_ = AttackCall::kNone;
  uint64_t address_ = 0;  // of the byte
  char before_ = 0;
};

// A process whose memory its parent writes to as a debugger does.
class AttackVictim {
 public:
  [[gnu::cold]] AttackVictim();   // starts it and stops it
  [[gnu::cold]] ~AttackVictim();  // ends it
  AttackVictim(const AttackVictim&) = delete;
  AttackVictim& operator=(const AttackVictim&) = delete;

  // Changes the last word of the pages, checks whether it has changed, and restores it. `effects`
  // are AttackEffect bits. Returns 0, or a negated errno value.
  [[gnu::cold]] long Poke(uint64_t end, uint16_t& effects) const;

 private:
  [[gnu::cold]] long Trace(long request, uint64_t address, uint64_t data) const;

  int process_ = -1;
  long error_ = 0;  // why it cannot be traced, negated
};

// Starts a process that ends with its parent. Returns 0 in it, and in the parent its id, or a
// negated errno value.
[[gnu::cold]] long ForkChild();

// Waits until the process ends, and returns its status.
[[gnu::cold]] int WaitForChild(long process);

}  // namespace signet

#pragma GCC visibility pop
