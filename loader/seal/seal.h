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

// Later modules: first what is to be sealed and room to write it down, which may fail (attempt.h),
// or be forgotten again; then the seals, which cannot fail.
void PlanSeals(const Process& process, std::span<Module* const> modules);
void ForgetPlannedSeals();
SealResult SealPlanned(const Process& process);

// The RELRO of a static program. AwaitsStaticRelro: true if it is to be sealed by mseal, later;
// then there is room to write down what becomes of it. SettleStaticRelro: it is final and closed
// (SIGNET_REASON_SEALED: to be sealed now), or never will be, for another reason.
bool AwaitsStaticRelro(const Process& process);
void SettleStaticRelro(const Process& process, signet_reason reason, uint32_t remarks);

// Where dlclose unloads. A module that was left unsealed is to be sealed after all, with what is
// planned; this needs no memory. Modules that are dying leave the ledger.
void PlanUnsealed(const Module& module);
void ForgetDyingSeals(const Process& process);

// At start. As SealPlanned, it ends the process with status 126 if --require cannot be met.
SealResult SealProcess(const Process& process);

// What mseal(start, size, flags) of the program returns, through the backend in force: 0 or -errno.
// Safe in any thread and in signal handlers. What is sealed is in the published ledger at once, or,
// where the loader is busy, with the next module.
long SealForProgram(const Process& process, uint64_t start, uint64_t size, unsigned long flags);

// True if every byte of [start, end) is sealed, by whom ever. Takes no lock.
bool IsSealed(uint64_t start, uint64_t end);

// The strongest that holds a range.
signet_backend StrongestBackend();

}  // namespace signet

#pragma GCC visibility pop
