// SPDX-License-Identifier: MIT
//
// Sentences of a report: why a row is sealed, or is not. See RowReason in report.h.
#include <fmt/format.h>

#include <cstring>

#include "tool/dump/report.h"

namespace signet::tool {
namespace {

// "ENOMEM (Cannot allocate memory)"
std::string ErrnoName(int error) {
  const char* name = strerrorname_np(error);
  if (name == nullptr) return fmt::format("errno {}", error);
  return fmt::format("{} ({})", name, strerrordesc_np(error));
}

std::string LedgerReason(const LedgerEntry& entry, SealedBy sealed_by) {
  const char* instead = sealed_by == SealedBy::kGuard     ? "; guarded by the loader"
                        : sealed_by == SealedBy::kSeccomp ? "; guarded, and filtered by seccomp"
                                                          : "";
  switch (entry.reason) {
    case SIGNET_REASON_SEALED:
      return "sealed as planned";
    case SIGNET_REASON_NOT_SELECTED:
      return fmt::format("kind {} is not among those to seal",
                         KindName(static_cast<Kind>(entry.kind)));
    case SIGNET_REASON_NO_MSEAL:
      return fmt::format("this kernel has no mseal{}", instead);
    case SIGNET_REASON_REFUSED:
      return fmt::format("mseal failed with {}{}", ErrnoName(entry.error), instead);
    case SIGNET_REASON_SELF_RELOCATED:
      return "a static program relocates and protects this part itself, later";
    case SIGNET_REASON_NOT_WATCHED:
      return "a static program relocates this part itself, and could not be watched (Syscall User "
             "Dispatch)";
    case SIGNET_REASON_NOT_CLOSED:
      return "a static program relocates this part itself, and did not protect it at its start";
    case SIGNET_REASON_NOT_MARKED:
      return "module not marked";
    case SIGNET_REASON_MUTABLE:
      return "the file asks that it be left changeable";
    case SIGNET_REASON_NOT_ASKED:
      return fmt::format("mseal was not asked for{}", instead);
    case SIGNET_REASON_OWN:
      return fmt::format("sealed by the program itself{}", instead);
    case SIGNET_REASON_DLOPENED:
      return "it came by dlopen, and --dlopen-seal leaves that unsealed";
    case SIGNET_REASON_COUNT:
      break;
  }
  return "unknown";
}

// What is special about the range, to be put behind the reason.
std::string Remarks(const LedgerEntry& entry) {
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
  if (row.sealed_by == SealedBy::kKernel) {
    return report.snapshot->ledger ? "not in the ledger: the program sealed it itself"
                                   : "sealed by the process itself";
  }
  switch (row.kind) {
    case Kind::kStack:
      return "the stack is never sealed";
    case Kind::kHeap:
      return "the heap is never sealed";
    case Kind::kVsyscall:
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

}  // namespace

std::string RowReason(const Report& report, const Row& row) {
  if (row.differs) {
    return row.sealed_by == SealedBy::kKernel
               ? "sealed by the kernel, but the ledger says it is not sealed"
               : "not sealed by the kernel, but the ledger says it is";
  }
  return row.entry != nullptr ? LedgerReason(*row.entry, row.sealed_by) + Remarks(*row.entry)
                              : UnlistedReason(report, row);
}

}  // namespace signet::tool
