// SPDX-License-Identifier: MIT
#include "loader/seal/report_seals.h"

#include "base/syscall.h"

namespace signet {
namespace {

std::string_view BackendText(uint16_t backend) {
  switch (backend) {
    case SIGNET_BACKEND_GUARD:
      return "sealed by the guard";
    case SIGNET_BACKEND_SECCOMP:
      return "sealed by seccomp";
    default:
      return "not sealed";
  }
}

}  // namespace

void TraceSeal(const SealRecord& record, const signet_ledger_entry& entry) {
  Line line;
  line << "ld-signet: seal: " << Hex{entry.start, 12} << "-" << Hex{entry.end, 12} << " "
       << KindName(static_cast<signet_kind>(entry.kind)) << " of "
       << record.modules[entry.module].name << ": ";
  switch (entry.reason) {
    case SIGNET_REASON_SEALED:
      line << "sealed";
      break;
    case SIGNET_REASON_NOT_SELECTED:
      line << "not selected";
      break;
    case SIGNET_REASON_NOT_MARKED:
      line << "module not marked";
      break;
    case SIGNET_REASON_MUTABLE:
      line << "left changeable, as the file asks";
      break;
    case SIGNET_REASON_DLOPENED:
      line << "left unsealed, as --dlopen-seal says";
      break;
    case SIGNET_REASON_SELF_RELOCATED:
      line << "left to the static program, which relocates it itself";
      break;
    case SIGNET_REASON_NOT_ASKED:
      line << BackendText(entry.backend);
      break;
    case SIGNET_REASON_NOT_WATCHED:
      line << "left to the static program, which cannot be watched";
      break;
    case SIGNET_REASON_NOT_CLOSED:
      line << "left as it is by the static program, which did not close it";
      break;
    default:
      line << BackendText(entry.backend) << ": ";
      line << ErrnoText{entry.error};
      break;
  }
}

void CheckRequired(const Process& process) {
  if (process.options.require == Requirement::kNothing) return;
  const bool is_enforced = process.options.require == Requirement::kEnforced;
  for (const signet_ledger_entry& entry : process.seal_record->entries) {
    if (entry.reason == SIGNET_REASON_NOT_WATCHED)
      Fatal("--require: the RELRO of a static program cannot be watched", kExitCannotRun);
    const bool is_held = entry.backend == SIGNET_BACKEND_KERNEL ||
                         (is_enforced && entry.backend == SIGNET_BACKEND_SECCOMP);
    const bool is_wanted = entry.reason == SIGNET_REASON_NO_MSEAL ||
                           entry.reason == SIGNET_REASON_REFUSED ||
                           entry.reason == SIGNET_REASON_NOT_ASKED;
    if (is_held || !is_wanted) continue;
    {
      Line line;
      line << "ld-signet: --require=" << (is_enforced ? "enforced" : "kernel") << ": mseal of "
           << Hex{entry.start} << "-" << Hex{entry.end} << " ("
           << KindName(static_cast<signet_kind>(entry.kind)) << " of "
           << process.seal_record->modules[entry.module].name << ") ";
      if (entry.error != 0) {
        line << "failed: ";
        line << ErrnoText{entry.error};
      } else {
        line << "was not asked for, and no filter holds it";
      }
    }
    sys::Exit(kExitCannotRun);
  }
}

}  // namespace signet
