// SPDX-License-Identifier: MIT
#include "loader/seal/choose_backend.h"

#include <errno.h>

#include "base/syscall.h"
#include "base/valgrind.h"
#include "loader/diagnostics.h"
#include "loader/seal/guards.h"
#include "loader/seal/seal_record.h"
#include "protocol/ledger_names.h"

namespace signet {
namespace {

[[noreturn, gnu::cold]] void RequirementFails(const Process& process) {
  {
    Line line;
    line << "ld-signet: --require="
         << (process.options.require == Requirement::kKernel ? "kernel" : "enforced");
    if (process.mseal_error == ENOSYS) {
      line << ": " << ReasonText(SIGNET_REASON_NO_MSEAL);
    } else if (process.mseal_error != 0) {
      line << ": " << ReasonText(SIGNET_REASON_REFUSED) << ": ";
      line << ErrnoText{process.mseal_error};
    } else {
      line << ": the backend is " << BackendName(process.backend);
    }
  }
  sys::Exit(kExitCannotRun);
}

bool MeetsRequirement(const Process& process) {
  switch (process.options.require) {
    case Requirement::kNothing:
      return true;
    case Requirement::kKernel:
      return IsByMseal(process);
    case Requirement::kEnforced:
      return process.backend == SIGNET_BACKEND_SECCOMP || IsByMseal(process);
  }
  return false;
}

// Zero, or the errno with which the kernel refuses. valgrind knows no mseal, and would complain.
int TryMseal() {
  if (RunsOnValgrind()) return ENOSYS;
  const long answer = sys::Seal(0, 0);
  return sys::Failed(answer) ? sys::Errno(answer) : 0;
}

}  // namespace

void ChooseBackend(Process& process) {
  process.seal_record = ArenaNew<SealRecord>();
  const Options& options = process.options;
  if (options.backend == SIGNET_BACKEND_COUNT || options.backend == SIGNET_BACKEND_KERNEL) {
    process.mseal_error = TryMseal();
  }
  process.backend = options.backend != SIGNET_BACKEND_COUNT ? options.backend
                    : process.mseal_error == 0              ? SIGNET_BACKEND_KERNEL
                                                            : options.fallback;
  if (!MeetsRequirement(process)) RequirementFails(process);
  if (IsGuarded(process)) PrepareGuards(process);
}

bool IsByMseal(const Process& process) {
  return process.backend == SIGNET_BACKEND_KERNEL && process.mseal_error == 0;
}

// Signet does not link a static program, so its calls are not bound to the guards.
bool IsGuarded(const Process& process) {
  return (process.backend == SIGNET_BACKEND_GUARD || process.backend == SIGNET_BACKEND_SECCOMP) &&
         !process.program->IsStaticProgram();
}

}  // namespace signet
