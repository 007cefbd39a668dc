// SPDX-License-Identifier: MIT
#include "loader/seal/verify.h"

#include <algorithm>

#include "base/arena.h"
#include "base/attributes.h"
#include "base/syscall.h"
#include "loader/diagnostics.h"
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

// What AttackNow needs. The block comes first: it is found through signet_attack_address.
struct Verification {
  AttackBlock block;
  AttackMeans means;
};

// In a process that has run for a while, this is one of its threads, on a stack of its own, and all
// others are stopped wherever they were. They may hold any lock. So nothing here takes a lock, nor
// do the attacks, and what they read is whole at any time: the ledger (sealer/ledger.cc) and the
// sealed ranges (sealer/sealed_ranges.h).
[[noreturn, gnu::cold]] void AttackNow() {
  auto& verification = *std::bit_cast<Verification*>(signet_attack_address);
  const auto records = AttackSeals(*PublishedLedger(), verification.means);
  verification.block.records = std::bit_cast<uint64_t>(records.data());
  verification.block.record_count = records.size();
  sys::StopSelf();
  sys::Exit(0);
}

// The end of a stack for AttackNow, because the stack of a thread may be used up, or be small.
[[gnu::cold]] uint64_t NewStack() {
  constexpr uint64_t kSize = uint64_t{256} * 1024;
  const long start =
      sys::Map(0, kSize, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS | MAP_NORESERVE);
  if (sys::Failed(start)) Fatal("cannot allocate memory");
  return static_cast<uint64_t>(start) + kSize;
}

signet_backend ChosenBackend(const Process& process) {
  return IsByMseal(process) || IsGuarded(process) ? process.backend : SIGNET_BACKEND_NONE;
}

}  // namespace

void AnnounceAttacks(const Process& process) {
  AttackBlock* block = &ArenaNew<Verification>()->block;
  std::copy_n(kAttackMagic, sizeof kAttackMagic, block->magic);
  block->version = kAttackVersion;
  block->record_size = sizeof(AttackRecord);
  block->backend = ChosenBackend(process);
  block->selected_kinds = process.options.seal_kinds;
  block->seals_dlopened = process.options.dlopen_seal == DlopenSeal::kAlways ? 1 : 0;
  if (process.options.verify_later) {
    block->entry = std::bit_cast<uint64_t>(&AttackNow);
    block->stack = NewStack();
  }
  signet_attack_address = block;
  sys::StopSelf();
}

void VerifySeals(const Process& process) {
  List<Module*> scope;
  for (Module* module : process.modules) {
    if (module == process.loader || module->IsAdopted()) scope.Add(module);
  }
  AttackMeans& means = std::bit_cast<Verification*>(signet_attack_address)->means;
  for (size_t i = 0; i < kAttackCallCount; ++i) {
    const auto call = static_cast<AttackCall>(i);
    if (HasLibcFunction(call)) means.functions[i] = FindFunction(scope, AttackCallName(call));
  }
  means.syscall = FindFunction(scope, "syscall");
  means.errno_location = FindInRuntime(process, "__errno_location");
  if (!process.options.verify_later) AttackNow();
  sys::StopSelf();
}

}  // namespace signet
