// SPDX-License-Identifier: MIT
//
// The sentences of a report that say why a row is sealed, or is not. See RowReason in report.h.
#include <fmt/format.h>

#include <algorithm>
#include <cerrno>
#include <cstring>

#include "protocol/ledger_names.h"
#include "tool/dump/report.h"

namespace signet::tool {
namespace {

// "ENOMEM (Cannot allocate memory)"
std::string ErrnoName(int error) {
  const char* name = strerrorname_np(error);
  if (name == nullptr) return fmt::format("errno {}", error);
  return fmt::format("{} ({})", name, strerrordesc_np(error));
}

// What holds the range if mseal does not. Stands behind the reason.
std::string_view Instead(signet_backend sealed_by) {
  if (sealed_by == SIGNET_BACKEND_GUARD) return "; guarded by the loader";
  if (sealed_by == SIGNET_BACKEND_SECCOMP) return "; guarded, and filtered by seccomp";
  return "";
}

// The shared sentence, with what only a report says.
std::string LedgerReason(const LedgerEntryView& entry, signet_backend sealed_by) {
  const std::string_view reason = ReasonText(entry.reason);
  switch (entry.reason) {
    case SIGNET_REASON_SEALED:
      return fmt::format("{} as planned", reason);
    case SIGNET_REASON_NOT_SELECTED:
      return fmt::format("kind {} {}", KindName(entry.kind), reason);
    case SIGNET_REASON_REFUSED:
      return fmt::format("{} with {}{}", reason, ErrnoName(entry.error), Instead(sealed_by));
    case SIGNET_REASON_NO_MSEAL:
    case SIGNET_REASON_NOT_ASKED:
    case SIGNET_REASON_OWN:
      return fmt::format("{}{}", reason, Instead(sealed_by));
    default:
      return std::string(reason);
  }
}

// What is special about the range. Stands behind the reason.
std::string Remarks(const LedgerEntryView& entry) {
  std::string remarks;
  if ((entry.remarks & SIGNET_REMARK_WRITABLE_CODE) != 0) {
    remarks +=
        "; writable and executable, as the file demands: a seal fixes place and protection, not "
        "contents";
  }
  if ((entry.remarks & SIGNET_REMARK_RELOCATED) != 0) {
    remarks += "; changed by text relocations, in anonymous memory";
  }
  if ((entry.remarks & SIGNET_REMARK_CLOSED_FOR_IT) != 0) {
    remarks += "; protected by the loader, since the static program does not do so";
  }
  return remarks;
}

std::string UnlistedReason(const Report& report, const Row& row) {
  using State = LedgerBlock::State;
  if (row.sealed_by == SIGNET_BACKEND_KERNEL) {
    return report.snapshot->ledger ? "not in the ledger: the program sealed it itself"
                                   : "sealed by the process itself";
  }
  switch (row.kind) {
    case PageKind::kStack:
      return "the stack is never sealed";
    case PageKind::kHeap:
      return "the heap is never sealed";
    case PageKind::kVsyscall:
      return "the kernel cannot seal the vsyscall page";
    default:
      break;
  }
  switch (report.snapshot->block.state) {
    case State::kNoLoader:
      return "the process does not run under Signet";
    case State::kNotPublished:
      return "Signet has not finished linking the process";
    case State::kFound:
      break;
  }
  return row.module ? "not in the ledger: not linked by Signet" : "memory of the program's own";
}

// The kernel itself refuses only what cannot be done, never a caller.
bool IsRefusal(const LedgerEntryView& entry) {
  if (entry.reason == SIGNET_REASON_NO_MSEAL) return true;
  return entry.reason == SIGNET_REASON_REFUSED && (entry.error == EPERM || entry.error == EACCES);
}

}  // namespace

bool WasRefusedMseal(const Report& report) {
  const auto& ledger = report.snapshot->ledger;
  return ledger && std::any_of(ledger->entries.begin(), ledger->entries.end(), IsRefusal);
}

std::string RowReason(const Report& report, const Row& row) {
  if (row.other_protection) return "sealed with another protection than the loader chose";
  if (row.differs && row.entry->reason != SIGNET_REASON_NOT_ADOPTED) {
    return row.sealed_by == SIGNET_BACKEND_KERNEL
               ? "sealed by the kernel, but the ledger says it is not sealed"
               : "not sealed by the kernel, but the ledger says it is";
  }
  return row.entry != nullptr ? LedgerReason(*row.entry, row.sealed_by) + Remarks(*row.entry)
                              : UnlistedReason(report, row);
}

}  // namespace signet::tool
