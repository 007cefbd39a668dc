// SPDX-License-Identifier: MIT
//
// The attacks on a sealed range: each system call that could change a mapping, on all of the range
// or on a part of it, made in each way that a program has.
//
// Input: a range and which attack. Output: what the kernel, or whoever stands before it, answered.
// Does not look at what it did. Meant for a process that is forked for it and may be spoiled.
#pragma once

#include <cstdint>
#include <span>

#include "protocol/attack_record.h"
#include "sealer/attack/ways_around.h"
#include "signet/ledger.h"

#pragma GCC visibility push(hidden)

namespace signet {

struct AttackOperation {
  AttackCall call;
  AttackPart part;
  uint16_t argument;
};

// In the order in which they are tried.
std::span<const AttackOperation> AttackOperations();

// Where to find libc, as the modules of the process are bound to it; 0 for what is not there.
struct AttackMeans {
  uint64_t functions[kAttackCallCount] = {};  // of the call's name
  uint64_t syscall = 0;
  uint64_t errno_location = 0;
};

class Attacker {
 public:
  // `targets`: the ledger's entries that are attacked, sorted. Both must outlive the attacker.
  // Makes what attacks need, shared memory and a protection key, for all children.
  Attacker(const AttackMeans& means, std::span<const signet_ledger_entry> targets);

  // False where it makes no sense: a part that the range does not have, a function that is not
  // there.
  bool Applies(const AttackOperation& operation, AttackWay way,
               const signet_ledger_entry& target) const;

  // 0 for done as asked, else an errno value, negated.
  long Run(const AttackOperation& operation, AttackWay way, const signet_ledger_entry& target);

  // Takes back what the last Run did, where it can be taken back. False where it cannot: that
  // process is spoiled.
  bool Undo(const AttackOperation& operation, const signet_ledger_entry& target);

 private:
  struct Pages {
    uint64_t start;
    uint64_t size;  // bytes
  };
  struct SystemCall {
    long number = 0;
    long arguments[6] = {};
  };

  Pages PartOf(AttackPart part, const signet_ledger_entry& target) const;
  bool IsConstantTarget(uint64_t page) const;
  SystemCall Prepare(const AttackOperation& operation, const Pages& pages);
  long Invoke(AttackCall call, AttackWay way, const SystemCall& system_call) const;

  const AttackMeans& means_;
  std::span<const signet_ledger_entry> targets_;
  int shared_memory_ = -1;  // of one page
  long key_ = -1;
  int process_ = -1;    // pidfd
  Pages scratch_ = {};  // mapped for the attack at hand
  WaysAround around_;
  struct {
    uint64_t start;
    uint64_t size;
  } vector_ = {};  // process_madvise's iovec
};

}  // namespace signet

#pragma GCC visibility pop
