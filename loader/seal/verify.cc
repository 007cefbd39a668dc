// SPDX-License-Identifier: MIT
#include "loader/seal/verify.h"

#include <algorithm>

#include "base/arena.h"
#include "base/attributes.h"
#include "base/syscall.h"
#include "loader/link/resolve.h"
#include "loader/load/libc_functions.h"
#include "loader/seal/choose_backend.h"
#include "protocol/attack_names.h"
#include "sealer/attack/campaign.h"
#include "sealer/ledger.h"

// The symbol by which `signet verify` finds the block.
extern "C"
    __attribute__((visibility("default"))) constinit signet::AttackBlock* signet_attack_address;
SIGNET_WRITTEN_ONCE constinit signet::AttackBlock* signet_attack_address = nullptr;

namespace signet {
namespace {

// The function `name` that a library would be bound to: a guard, or libc's function. Definitions in
// the program and its libraries are passed over, because they may need constructors, which have not
// run.
[[gnu::cold]] uint64_t FindFunction(std::span<Module* const> scope, const char* name) {
  const Definition definition = FindSymbol(scope, {name});
  if (definition.symbol == nullptr) return 0;
  const uint64_t address = definition.Address();
  return definition.IsIfunc() ? CallResolver(address) : address;
}

signet_backend ChosenBackend(const Process& process) {
  return IsByMseal(process) || IsGuarded(process) ? process.backend : SIGNET_BACKEND_NONE;
}

}  // namespace

void AnnounceAttacks(const Process& process) {
  auto* block = ArenaNew<AttackBlock>();
  std::copy_n(kAttackMagic, sizeof kAttackMagic, block->magic);
  block->version = kAttackVersion;
  block->record_size = sizeof(AttackRecord);
  block->backend = ChosenBackend(process);
  block->selected_kinds = process.options.seal_kinds;
  signet_attack_address = block;
  sys::StopSelf();
}

void VerifySeals(const Process& process) {
  List<Module*> scope;
  for (Module* module : process.modules) {
    if (module == process.loader || module->IsAdopted()) scope.Add(module);
  }
  AttackMeans means;
  for (size_t i = 0; i < kAttackCallCount; ++i) {
    const auto call = static_cast<AttackCall>(i);
    if (HasLibcFunction(call)) means.functions[i] = FindFunction(scope, AttackCallName(call));
  }
  means.syscall = FindFunction(scope, "syscall");
  means.errno_location = FindInRuntime(process, "__errno_location");
  const std::span<const AttackRecord> records = AttackSeals(*PublishedLedger(), means);
  signet_attack_address->records = std::bit_cast<uint64_t>(records.data());
  signet_attack_address->record_count = records.size();
  sys::StopSelf();
  sys::Exit(0);
}

}  // namespace signet
