// SPDX-License-Identifier: MIT
//
// See verify_rules.h.
#include "tool/verify/verify_rules.h"

#include <fmt/format.h>
#include <sys/mman.h>

#include <array>
#include <cstring>

#include "protocol/attack_names.h"
#include "protocol/kernel_interface.h"
#include "protocol/ledger_names.h"

namespace signet::tool {
namespace {

constexpr std::string_view kFromTheFile =
    "on every kernel with mseal: pages of a file may be discarded, and read as in the file again";
constexpr std::string_view kInChildren =
    "on every kernel with mseal: memory that is not anonymous may be kept from processes that are "
    "forked later";
constexpr std::string_view kGuards =
    "since Linux 6.15: pages of a file may be made guards, which kill who touches them, and be no "
    "guards again; no other bytes can be put there";
constexpr std::string_view kWritable =
    "on every kernel with mseal: what may be written may be overwritten or discarded; only its "
    "place and protection are sealed";
constexpr std::string_view kDebugger =
    "on every kernel unless told otherwise: the kernel writes for debuggers, seal or not; since "
    "Linux 6.12 proc_mem.force_override=never refuses /proc/PID/mem, Yama can refuse ptrace";
constexpr std::string_view kAbsentPages =
    "on every kernel: userfaultfd fills pages that were never touched, in memory that nobody can "
    "read; it cannot replace a page";

constexpr std::string_view kKept =
    "on every kernel: pages may be written out or joined to huge pages, also by other processes; "
    "they read as before";

constexpr std::string_view kNotSealed = "nothing holds this range";
constexpr std::string_view kInlineCalls =
    "the guard stands before libc's functions; a system call instruction passes it by";
constexpr std::string_view kIoUringCalls =
    "the filter sees system calls; what is asked for through io_uring passes it by";

AttackCall CallOf(const AttackRecord& record) { return static_cast<AttackCall>(record.call); }

bool IsAdvice(AttackCall call) {
  return call == AttackCall::kMadvise || call == AttackCall::kProcessMadvise ||
         call == AttackCall::kRemoteMadvise || call == AttackCall::kIoUring;
}

bool IsOnly(uint16_t effects, unsigned allowed) { return (effects & ~allowed) == 0; }

// Why madvise is allowed to do what it did, or empty.
std::string_view AdviceAllowed(const RangeFacts& range, const AttackRecord& record) {
  if (record.argument == MADV_PAGEOUT || record.argument == kMadviseCollapse)
    return record.signal == 0 && record.effects == 0 ? kKept : "";
  if (range.writable) return kWritable;
  if (range.anonymous) return {};
  switch (record.argument) {
    case kMadviseGuardInstall:
      return IsOnly(record.effects, kAttackReadability) ? kGuards : "";
    case MADV_DONTFORK:
    case MADV_WIPEONFORK:
      return record.signal == 0 && IsOnly(record.effects, kAttackInChildren) ? kInChildren : "";
    default:
      return record.signal == 0 && record.effects == 0 ? kFromTheFile : "";
  }
}

std::string_view Allowed(const RangeFacts& range, const AttackRecord& record) {
  const AttackCall call = CallOf(record);
  if (IsAdvice(call)) return AdviceAllowed(range, record);
  const bool only_bytes = record.signal == 0 && IsOnly(record.effects, kAttackBytes);
  if (!only_bytes) return {};
  switch (call) {
    case AttackCall::kSelfMem:
    case AttackCall::kPtrace:
      return range.writable ? kWritable : kDebugger;
    case AttackCall::kProcessVm:
      return range.writable ? kWritable : "";
    case AttackCall::kUserfault:
      if (range.writable) return kWritable;
      return record.effects == 0 ? kAbsentPages : "";
    default:
      return {};
  }
}

// Why the backend cannot deny the attack.
std::string_view Expected(const RangeFacts& range, const AttackRecord& record) {
  if (range.backend == SIGNET_BACKEND_NONE) return kNotSealed;
  if (range.backend == SIGNET_BACKEND_GUARD &&
      static_cast<AttackWay>(record.way) == AttackWay::kInline)
    return kInlineCalls;
  if (range.backend == SIGNET_BACKEND_SECCOMP && CallOf(record) == AttackCall::kIoUring)
    return kIoUringCalls;
  return {};
}

struct Advice {
  uint16_t value;
  std::string_view name;
};
constexpr Advice kAdvice[] = {
    {MADV_DONTNEED, "MADV_DONTNEED"},
    {MADV_FREE, "MADV_FREE"},
    {MADV_REMOVE, "MADV_REMOVE"},
    {MADV_DONTFORK, "MADV_DONTFORK"},
    {MADV_WIPEONFORK, "MADV_WIPEONFORK"},
    {MADV_PAGEOUT, "MADV_PAGEOUT"},
    {kMadviseCollapse, "MADV_COLLAPSE"},
    {kMadviseDontneedLocked, "MADV_DONTNEED_LOCKED"},
    {kMadviseGuardInstall, "MADV_GUARD_INSTALL"},
};

std::string AdviceName(uint16_t value) {
  for (const Advice& advice : kAdvice) {
    if (advice.value == value) return std::string(advice.name);
  }
  return fmt::format("{}", value);
}

constexpr std::array<std::string_view, kAttackPartCount> kParts = {
    "", "first page", "a page in the middle", "last page", "with the pages beside it"};

struct Effect {
  uint16_t bit;
  std::string_view name;
};
constexpr Effect kEffects[] = {
    {kAttackUnmapped, "pages gone"},
    {kAttackReadability, "readability changed"},
    {kAttackWritability, "writability changed"},
    {kAttackBytes, "bytes changed"},
    {kAttackInChildren, "changed in forked processes"},
};

void AppendTo(std::string& list, std::string_view text) {
  if (text.empty()) return;
  if (!list.empty()) list += ", ";
  list += text;
}

}  // namespace

std::string_view OutcomeName(Outcome outcome) {
  switch (outcome) {
    case Outcome::kDenied:
      return "denied";
    case Outcome::kByDesign:
      return "by design";
    case Outcome::kBreach:
      break;
  }
  return "BREACH";
}

AttackVerdict Judge(const RangeFacts& range, const AttackRecord& record) {
  const bool changed = record.effects != 0 || record.signal != 0;
  if (record.answer != 0 && !changed) return {Outcome::kDenied, {}};
  if (const auto reason = Allowed(range, record); !reason.empty())
    return {Outcome::kByDesign, reason};
  return {Outcome::kBreach, Expected(range, record)};
}

std::string AttackName(const AttackRecord& record) {
  const AttackCall call = CallOf(record);
  const std::string manner = IsAdvice(call) ? AdviceName(record.argument) : AttackManner(call);
  return manner.empty() ? AttackCallName(call) : fmt::format("{} {}", AttackCallName(call), manner);
}

std::string AttackDetail(const AttackRecord& record) {
  std::string detail;
  if (CallOf(record) == AttackCall::kMprotect)
    detail = fmt::format("to {}", ProtectionText(record.argument).view());
  if (CallOf(record) == AttackCall::kPkeyMprotect)
    detail = record.argument == 0 ? "to rw- without a key" : "to rw- with a key";
  AppendTo(detail, kParts[record.part]);
  return detail;
}

std::string_view WayName(AttackWay way) {
  switch (way) {
    case AttackWay::kCall:
      return "call";
    case AttackWay::kSyscall:
      return "syscall";
    case AttackWay::kInline:
      break;
  }
  return "inline";
}

std::string AnswerName(int answer) {
  if (answer == 0) return "done";
  const char* name = strerrorname_np(-answer);
  return name != nullptr ? name : fmt::format("errno {}", -answer);
}

std::string EffectNames(const AttackRecord& record) {
  std::string names;
  for (const Effect& effect : kEffects) {
    if ((record.effects & effect.bit) != 0) AppendTo(names, effect.name);
  }
  if (record.signal != 0) {
    const char* signal = sigabbrev_np(record.signal);
    AppendTo(names, signal != nullptr ? fmt::format("ended by SIG{}", signal)
                                      : fmt::format("ended by signal {}", record.signal));
  }
  return names;
}

}  // namespace signet::tool
