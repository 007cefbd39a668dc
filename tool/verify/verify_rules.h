// SPDX-License-Identifier: MIT
//
// Judges one attack on one range: it was denied, its effect is allowed by design, or the seal is
// broken. The effect decides. The kernel's answer decides only if there is no effect. Pure.
#pragma once

#include <string>
#include <string_view>

#include "protocol/attack_record.h"
#include "signet/ledger.h"

namespace signet::tool {

// The facts about a range that decide which attacks mseal lets pass.
struct RangeFacts {
  signet_kind kind;
  signet_backend backend;
  bool anonymous;  // it belongs to no file, and not to the kernel
  bool writable;   // variables, or code that the process may write to
};

enum class Outcome { kDenied, kByDesign, kBreach };
std::string_view OutcomeName(Outcome outcome);

struct AttackVerdict {
  Outcome outcome;
  // Why it is allowed, and by which kernels; or why this backend cannot deny it; else empty. Lower
  // case, no full stop.
  std::string_view reason;
};

AttackVerdict Judge(const RangeFacts& range, const AttackRecord& record);

// "mprotect", "madvise MADV_DONTNEED", "mremap away". Reports group attacks by this name.
std::string AttackName(const AttackRecord& record);
// What distinguishes attacks with the same name: "to rwx, first page", or empty.
std::string AttackDetail(const AttackRecord& record);
// "call", "syscall" or "inline".
std::string_view WayName(AttackWay way);
// "done", or the name of the errno value: "EPERM".
std::string AnswerName(int answer);
// "pages gone, bytes changed, ended by SIGSEGV", or empty.
std::string EffectNames(const AttackRecord& record);

}  // namespace signet::tool
