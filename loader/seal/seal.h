// SPDX-License-Identifier: MIT
//
// Seals the process as it stands, and publishes what came of it.
//
// Input: all modules, relocated, RELRO read-only. Output: sealed memory and the ledger. Nothing
// that is sealed can be tightened later, so this is the last thing that happens to a module's
// memory.
#pragma once

#include "loader/process.h"

#pragma GCC visibility push(hidden)

namespace signet {

struct SealResult {
  uint64_t sealed_bytes = 0;
};

// Later modules: first what is to be sealed and room to write it down, which may fail
// (base/abandon.h), or be forgotten again; then the seals, which cannot fail.
void PlanSeals(const Process& process, std::span<Module* const> modules);
void ForgetPlannedSeals(const Process& process);
SealResult SealPlanned(const Process& process);

// The RELRO of a static program. AwaitsStaticRelro: true if it is to be sealed by mseal, later;
// then there is room to write down what becomes of it. SettleStaticRelro: it is final and closed
// (SIGNET_REASON_SEALED: to be sealed now), or never will be, for another reason.
bool AwaitsStaticRelro(const Process& process);
void SettleStaticRelro(const Process& process, signet_reason reason, uint32_t remarks);

// Where dlclose unloads. A module that was left unsealed is to be sealed after all, with what is
// planned; this needs no memory. Modules that are dying leave the ledger.
void PlanUnsealed(const Process& process, const Module& module);
void ForgetDyingSeals(const Process& process);

// At start. As SealPlanned, it ends the process with status 126 if --require cannot be met.
SealResult SealProcess(Process& process);

}  // namespace signet

#pragma GCC visibility pop
