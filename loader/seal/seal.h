// SPDX-License-Identifier: MIT
//
// Seals modules by the backend that was chosen, and publishes the ledger.
//
// Input: modules that are relocated, with RELRO read-only. Output: sealed memory, the seal record
// and the ledger. The protection of sealed memory can never be changed, so this is the last thing
// that happens to a module's memory. Under the loader lock, once the program runs.
#pragma once

#include "loader/process.h"

#pragma GCC visibility push(hidden)

namespace signet {

struct SealResult {
  uint64_t sealed_bytes = 0;
};

// At start. `is_undisturbed` says that nothing but the loader and libc has run so far: no IFUNC
// resolver of a module. Like SealPlanned, it ends the process with status 126 if --require cannot
// be met, or if memory is not what it was planned to be (inspect.h).
SealResult SealProcess(Process& process, bool is_undisturbed);

// Modules that come later, in two steps. PlanSeals decides what is to be sealed, and takes all
// memory that this needs: it may fail (base/abandon.h), and the plan can be forgotten. SealPlanned
// seals, and cannot fail. `modules` are those that were planned; if no foreign code could change
// them since they were mapped, they are not inspected.
void PlanSeals(const Process& process, std::span<Module* const> modules);
void ForgetPlannedSeals(const Process& process);
void SealPlanned(const Process& process, std::span<Module* const> modules, bool is_undisturbed);

// Modules that libc has opened and that cannot be adopted (services/late_adoption.h): they are on
// record, and not sealed. PlanUnadopted may fail; SettleUnadopted cannot, but ends the process if
// --require asks for seals. ForgetUnadopted takes all of them out of the record again.
void PlanUnadopted(const Process& process, std::span<Module* const> modules);
void SettleUnadopted(const Process& process);
void ForgetUnadopted(const Process& process);

// The RELRO of a static program, which the program itself relocates and closes. AwaitsStaticRelro
// is true if mseal is to seal it later; SettleStaticRelro needs no memory then. SettleStaticRelro
// seals it now if `reason` is SIGNET_REASON_SEALED; any other reason says why it is never sealed.
bool AwaitsStaticRelro(const Process& process);
void SettleStaticRelro(const Process& process, signet_reason reason, uint32_t remarks);

// For unloading (services/unload.h). PlanUnsealed is for a module that was left unsealed because it
// might be unloaded, and that now stays: unless --dlopen-seal=never, it is sealed with what is
// planned. That needs no memory. ForgetDyingSeals takes dying modules out of the ledger.
void PlanUnsealed(const Process& process, const Module& module);
void ForgetDyingSeals(const Process& process);

}  // namespace signet

#pragma GCC visibility pop
