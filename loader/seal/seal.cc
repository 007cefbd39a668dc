// SPDX-License-Identifier: MIT
#include "loader/seal/seal.h"

#include <errno.h>

#include "base/syscall.h"
#include "loader/diagnostics.h"
#include "loader/link/module_table.h"
#include "loader/seal/choose_backend.h"
#include "loader/seal/inspect.h"
#include "loader/seal/plan_modules.h"
#include "loader/seal/report_seals.h"
#include "loader/seal/seal_record.h"
#include "sealer/backend/guard.h"
#include "sealer/backend/mseal.h"
#include "sealer/backend/seccomp.h"

namespace signet {
namespace {

void NoteSettled(const Process& process, const signet_ledger_entry& entry) {
  SealRecord& record = *process.seal_record;
  if (entry.backend > record.strongest)
    record.strongest = static_cast<signet_backend>(entry.backend);
  if (process.diagnostics.Traces(kTraceSeal)) TraceSeal(record, entry);
}

// Why mseal does not hold the ranges. Called only if it does not.
signet_reason WhyNotByMseal(const Process& process) {
  return process.mseal_error == 0        ? SIGNET_REASON_NOT_ASKED
         : process.mseal_error == ENOSYS ? SIGNET_REASON_NO_MSEAL
                                         : SIGNET_REASON_REFUSED;
}

void LeaveUnsealed(LedgerEntries& planned, signet_reason reason, int error) {
  SortByAddress(planned);
  for (signet_ledger_entry& entry : planned) {
    if (entry.reason != SIGNET_REASON_SEALED) continue;
    entry.reason = static_cast<uint16_t>(reason);
    entry.error = static_cast<uint16_t>(error);
  }
}

// If the kernel takes no filter, the ranges are held as they were without it.
[[gnu::cold]] void FilterPlanned(const Process& process) {
  SealRecord& record = *process.seal_record;
  const Module& program = *process.program;
  const bool is_fixed = program.map.fixed_address;
  const int error = SealBySeccomp(record.planned, is_fixed ? program.map.start : 0,
                                  is_fixed ? program.map.end : 0);
  if (error == 0) return;
  const bool is_required =
      process.options.require == Requirement::kEnforced && record.entries.empty();
  if (!is_required && !process.diagnostics.Traces(kTraceSeal)) return;
  {
    Line line;
    line << "ld-signet: " << (is_required ? "--require=enforced" : "seal")
         << ": no filter by seccomp: ";
    line << ErrnoText{error};
  }
  if (is_required && process.backend == SIGNET_BACKEND_SECCOMP) sys::Exit(kExitCannotRun);
}

void SealByBackend(const Process& process) {
  LedgerEntries& planned = process.seal_record->planned;
  if (IsByMseal(process)) {
    SealByMseal(planned);
  } else if (IsGuarded(process)) {
    SealByGuard(planned, WhyNotByMseal(process), process.mseal_error);
  } else {
    LeaveUnsealed(planned, WhyNotByMseal(process), process.mseal_error);
  }
  if (process.backend == SIGNET_BACKEND_SECCOMP || process.options.also_seccomp)
    FilterPlanned(process);
}

SealResult SealAndRecord(const Process& process) {
  SealRecord& record = *process.seal_record;
  SealResult result;
  SealByBackend(process);
  for (const signet_ledger_entry& entry : record.planned) {
    if (entry.backend != SIGNET_BACKEND_NONE) result.sealed_bytes += entry.end - entry.start;
    NoteSettled(process, entry);
  }
  record.SettlePlanned();
  PublishRecord(process);
  // Sealed memory cannot be unmapped, so even a dlopen cannot be undone here.
  CheckRequired(process);
  return result;
}

}  // namespace

void PlanSeals(const Process& process, std::span<Module* const> modules) {
  SealRecord& record = *process.seal_record;
  PlanModules(process, modules);
  PlanCache(process);  // a dlopen may be the first to need it
  const size_t count = record.entries.size() + record.planned.size();
  record.entries.Reserve(count);
  record.planned.Reserve(count);  // PlanUnsealed moves entries back
  const bool has_room =
      ReserveLedger(record.modules, count, record.Unchanged(), record.strongest) &&
      (!IsGuarded(process) || ReserveForGuard(count) == 0);
  if (!has_room) Fatal("cannot allocate memory");
}

void PlanUnadopted(const Process& process, std::span<Module* const> modules) {
  PlanSeals(process, modules);
  LeaveUnsealed(process.seal_record->planned, SIGNET_REASON_NOT_ADOPTED, 0);
}

void SettleUnadopted(const Process& process) {
  process.seal_record->SettlePlanned();
  PublishRecord(process);
  CheckRequired(process);
}

void ForgetUnadopted(const Process& process) {
  SealRecord& record = *process.seal_record;
  for (size_t i = record.entries.size(); i-- != 0;) {
    // What else the module has goes with this entry.
    if (i < record.entries.size() && record.entries[i].reason == SIGNET_REASON_NOT_ADOPTED)
      record.ForgetModule(record.entries[i].module);
  }
}

void PlanUnsealed(const Process& process, const Module& module) {
  if (process.options.dlopen_seal == DlopenSeal::kNever) return;
  SealRecord& record = *process.seal_record;
  record.entries.RemoveIf([&](const signet_ledger_entry& entry) {
    if (entry.reason != SIGNET_REASON_DLOPENED || entry.start < module.map.start ||
        entry.end > module.map.end) {
      return false;
    }
    record.planned.Add(entry);
    record.planned.back().reason = SIGNET_REASON_SEALED;
    return true;
  });
}

void ForgetDyingSeals(const Process& process) {
  for (const Module* module = FirstModule(); module != nullptr; module = NextModule(*module)) {
    if (module->unload.is_dying) process.seal_record->Forget(*module);
  }
  PublishRecord(process);
}

void ForgetPlannedSeals(const Process& process) { process.seal_record->ForgetPlanned(); }

void SealPlanned(const Process& process, std::span<Module* const> modules, bool is_undisturbed) {
  if (!is_undisturbed) RestoreProtection(process.seal_record->planned);
  SealAndRecord(process);
  if (!is_undisturbed) InspectSealed(process, modules);
}

bool AwaitsStaticRelro(const Process& process) {
  SealRecord& record = *process.seal_record;
  for (const signet_ledger_entry& entry : record.entries) {
    if (entry.reason != SIGNET_REASON_SELF_RELOCATED) continue;
    record.planned.Reserve(1);
    (void)ReserveLedger(record.modules, record.entries.size(), record.Unchanged(),
                        record.strongest);
    if (IsByMseal(process)) return true;
    SettleStaticRelro(process, WhyNotByMseal(process), 0);
  }
  return false;
}

void SettleStaticRelro(const Process& process, signet_reason reason, uint32_t remarks) {
  SealRecord& record = *process.seal_record;
  for (signet_ledger_entry& entry : record.entries) {
    if (entry.reason != SIGNET_REASON_SELF_RELOCATED) continue;
    entry.reason = static_cast<uint16_t>(reason);
    entry.error = static_cast<uint16_t>(process.mseal_error);
    entry.remarks |= remarks;
    record.planned.Add(entry);
    SealByMseal(record.planned);
    entry = record.planned[0];
    record.entries.NoteChanged();
    record.planned.Truncate(0);
    NoteSettled(process, entry);
  }
  PublishRecord(process);
  CheckRequired(process);
}

SealResult SealProcess(Process& process, bool is_undisturbed) {
  process.seal_record->planned.Reserve(5 * process.modules.size() + 5);
  PlanModules(process, process.modules);
  PlanKernelAndStandIn(process);
  PlanCache(process);
  if (!is_undisturbed) RestoreProtection(process.seal_record->planned);
  const SealResult result = SealAndRecord(process);
  if (!is_undisturbed) InspectStart(process);
  return result;
}

}  // namespace signet
