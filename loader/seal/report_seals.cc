// SPDX-License-Identifier: MIT
#include "loader/seal/report_seals.h"

#include "base/syscall.h"
#include "protocol/ledger_names.h"

namespace signet {
// What holds the range, and why that is not mseal.
void TraceSeal(const SealRecord& record, const signet_ledger_entry& entry) {
  const auto reason = static_cast<signet_reason>(entry.reason);
  const std::string_view kind = KindName(static_cast<signet_kind>(entry.kind));
  Line line;
  line << "ld-signet: seal: " << Hex{entry.start, 12} << "-" << Hex{entry.end, 12} << " " << kind
       << " of " << record.modules[entry.module].name << ": ";
  if (reason == SIGNET_REASON_SELF_RELOCATED) {
    line << "left to the static program: ";
  } else if (reason != SIGNET_REASON_SEALED) {
    line << SealText(static_cast<signet_backend>(entry.backend)) << ": ";
  }
  if (reason == SIGNET_REASON_NOT_SELECTED) line << "kind " << kind << " ";
  line << ReasonText(reason);
  if (reason != SIGNET_REASON_REFUSED) return;
  line << ": ";
  line << ErrnoText{entry.error};
}

void CheckRequired(const Process& process) {
  if (process.options.require == Requirement::kNothing) return;
  const bool is_enforced = process.options.require == Requirement::kEnforced;
  for (const signet_ledger_entry& entry : process.seal_record->entries) {
    if (entry.reason == SIGNET_REASON_NOT_WATCHED)
      Fatal("--require: the RELRO of a static program cannot be watched", kExitCannotRun);
    const bool is_held = entry.backend == SIGNET_BACKEND_KERNEL ||
                         (is_enforced && entry.backend == SIGNET_BACKEND_SECCOMP);
    const bool is_wanted =
        entry.reason == SIGNET_REASON_NO_MSEAL || entry.reason == SIGNET_REASON_NOT_ADOPTED ||
        entry.reason == SIGNET_REASON_REFUSED || entry.reason == SIGNET_REASON_NOT_ASKED;
    if (is_held || !is_wanted) continue;
    {
      Line line;
      line << "ld-signet: --require=" << (is_enforced ? "enforced" : "kernel")
           << (entry.error != 0 ? ": mseal of " : ": no mseal of ") << Hex{entry.start} << "-"
           << Hex{entry.end} << " (" << KindName(static_cast<signet_kind>(entry.kind)) << " of "
           << process.seal_record->modules[entry.module].name << ")";
      if (entry.error != 0) {
        line << " failed: ";
        line << ErrnoText{entry.error};
      } else {
        line << ": " << ReasonText(static_cast<signet_reason>(entry.reason));
      }
    }
    sys::Exit(kExitCannotRun);
  }
}

}  // namespace signet
