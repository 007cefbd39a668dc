// SPDX-License-Identifier: MIT
#include "loader/seal/verify.h"

#include "base/syscall.h"
#include "loader/link/resolve.h"
#include "loader/load/libc_functions.h"
#include "protocol/attack_names.h"
#include "sealer/attack/campaign.h"
#include "sealer/ledger.h"

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

}  // namespace

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
  AttackSeals(*PublishedLedger(), means, process.options.verify_fd);
  sys::Exit(0);
}

}  // namespace signet
