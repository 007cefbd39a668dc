// SPDX-License-Identifier: MIT
//
// The attacks on a sealed range: each system call that could change a mapping, on all of the range
// or on a part of it, made in each way that a program has.
//
// Input: a range and an attack. Output: the answer of the kernel, or of the function in front of
// it. It does not check the effect (effects.h does). It runs in a process that is forked for it and
// may be spoiled. Not thread-safe.
#pragma once

#include <cstdint>
#include <span>

#include "protocol/attack_record.h"
#include "sealer/attack/moved_break.h"
#include "sealer/attack/ways_around.h"
#include "signet/ledger.h"

#pragma GCC visibility push(hidden)

namespace signet {

struct AttackOperation {
  AttackCall call;
  AttackPart part;
  uint16_t argument;
};

// All attacks, in the order in which they are tried.
[[gnu::cold]] std::span<const AttackOperation> AttackOperations();

// Addresses of libc's functions, as the modules of the process are bound to them. 0 if there is
// none.
struct AttackMeans {
  uint64_t functions[kAttackCallCount] = {};  // by AttackCall
  uint64_t syscall = 0;
  uint64_t errno_location = 0;
};

class Attacker {
 public:
  // `targets` are the entries of the ledger that are attacked, sorted. Both arguments must outlive
  // the attacker. Creates the shared memory and the protection key that attacks need.
  [[gnu::cold]] Attacker(const AttackMeans& means, std::span<const signet_ledger_entry> targets);

  // False if the attack makes no sense, because the range has no such part or there is no such
  // function.
  [[gnu::cold]] bool Applies(const AttackOperation& operation, AttackWay way,
                             const signet_ledger_entry& target) const;

  // 0 for done as asked, else an errno value, negated.
  [[gnu::cold]] long Run(const AttackOperation& operation, AttackWay way,
                         const signet_ledger_entry& target);

  // Undoes the effect of the last Run. False if that is impossible: then the process is spoiled.
  [[gnu::cold]] bool Undo(const AttackOperation& operation, const signet_ledger_entry& target);

 private:
  struct Pages {
    uint64_t start;
    uint64_t size;  // bytes
  };
  struct SystemCall {
    long number = 0;
    long arguments[6] = {};
  };

  [[gnu::cold]] Pages PartOf(AttackPart part, const signet_ledger_entry& target) const;
  [[gnu::cold]] bool IsConstantTarget(uint64_t page) const;
  [[gnu::cold]] SystemCall Prepare(const AttackOperation& operation, const Pages& pages);
  [[gnu::cold]] long Invoke(AttackCall call, AttackWay way, const SystemCall& system_call) const;

  [[gnu::cold]] static long LowerBreak(uint64_t end);

  const AttackMeans& means_;
  std::span<const signet_ledger_entry> targets_;
  int shared_memory_ = -1;  // of one page
  int huge_file_ = -1;
  long key_ = -1;
  int process_ = -1;    // pidfd
  Pages scratch_ = {};  // mapped for the attack at hand
  WaysAround around_;
  MovedBreak break_;
  struct {
    uint64_t start;
    uint64_t size;
  } vector_ = {};  // process_madvise's iovec
};

}  // namespace signet

#pragma GCC visibility pop
