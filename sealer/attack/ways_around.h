// SPDX-License-Identifier: MIT
//
// The known ways around a seal: not a system call on the mapping, but the kernel's own hand in it.
//
// Input: pages. Output: what the kernel answered. Each leaves one byte, or one page that was not
// there, changed where it succeeds; does not look at that.
#pragma once

#include <cstdint>

#include "protocol/attack_record.h"

#pragma GCC visibility push(hidden)

namespace signet {

// Of these there is no function in libc to guard, and they are made inline only.
constexpr bool IsWayAround(AttackCall call) { return call >= AttackCall::kSelfMem; }

class WaysAround {
 public:
  // `call` is one of kSelfMem to kIoUring. 0 for done as asked, else an errno value, negated.
  long Go(AttackCall call, uint64_t start, uint64_t size);

  // Puts the byte back that the last Go changed.
  void Undo();

 private:
  long WriteByte(AttackCall call, char byte) const;

  AttackCall last_ = AttackCall::kNone;
  uint64_t address_ = 0;  // of the byte
  char before_ = 0;
};

// A process whose memory its parent writes to as a debugger does.
class AttackVictim {
 public:
  AttackVictim();   // starts it and stops it
  ~AttackVictim();  // ends it
  AttackVictim(const AttackVictim&) = delete;
  AttackVictim& operator=(const AttackVictim&) = delete;

  // Changes the last word of the pages, looks whether it is changed, and puts it back. `effects`:
  // AttackEffect bits. 0, or an errno value, negated.
  long Poke(uint64_t end, uint16_t& effects) const;

 private:
  long Trace(long request, uint64_t address, uint64_t data) const;

  int process_ = -1;
  long error_ = 0;  // why it cannot be traced, negated
};

// A new process, which ends with its parent: 0 in it, else its number, or an errno value, negated.
long ForkChild();

// Waits for its end; its status.
int WaitForChild(long process);

}  // namespace signet

#pragma GCC visibility pop
