// SPDX-License-Identifier: MIT
//
// Judges one attack on one range: was it denied, is what it did allowed by design, or is the seal
// broken? Pure. What counts is the effect; the answer only where no effect can be seen.
#pragma once

#include <string>
#include <string_view>

#include "protocol/attack_record.h"
#include "signet/ledger.h"

namespace signet::tool {

// Of a range, what decides which attacks mseal lets pass.
struct RangeFacts {
  signet_kind kind;
  signet_backend backend;
  bool anonymous;  // memory of no file, nor of the kernel's
};

enum class Outcome { kDenied, kByDesign, kBreach };
std::string_view OutcomeName(Outcome outcome);

struct Verdict {
  Outcome outcome;
  // Why it is allowed, with the kernels that do; or why the breach is to be expected of this
  // backend, else empty. Lower case, no full stop.
  std::string_view reason;
};

Verdict Judge(const RangeFacts& range, const AttackRecord& record);

// "mprotect", "madvise MADV_DONTNEED", "mremap away": what attacks are grouped by in reports.
std::string AttackName(const AttackRecord& record);
// What distinguishes attacks of one name: "to rwx, first page", or empty.
std::string AttackDetail(const AttackRecord& record);
// "call", "syscall" or "inline".
std::string_view WayName(AttackWay way);
// "done", or as errno's name: "EPERM".
std::string AnswerName(int answer);
// "pages gone, bytes changed, ended by SIGSEGV", or empty.
std::string EffectNames(const AttackRecord& record);

}  // namespace signet::tool
