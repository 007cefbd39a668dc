// SPDX-License-Identifier: MIT
#include "loader/seal/guards.h"

#include "loader/load/add_symbols.h"
#include "loader/load/libc_functions.h"
#include "loader/seal/guard_entries.h"

namespace signet {
namespace {

// The guards are the last of the loader's symbols, and have the same place in the stand-in program.
std::span<elf::Sym> GuardsIn(std::span<const elf::Sym> symbols, const Module& loader) {
  const std::span<const elf::Sym> guards =
      symbols.subspan(loader.dynamic.symbols.size() - kGuardCount, kGuardCount);
  return {const_cast<elf::Sym*>(guards.data()), guards.size()};
}

}  // namespace

void PrepareGuards(Process& process) {
  Module& loader = *process.loader;
  std::string_view names[kGuardCount];
  for (unsigned i = 0; i < kGuardCount; ++i) names[i] = GuardName(static_cast<Guard>(i));
  AddSymbols(loader.dynamic, loader.map.image.load_bias(), names);
}

void DefineGuards(Process& process) {
  const Module& loader = *process.loader;
  for (unsigned i = 0; i < kGuardCount; ++i) {
    const auto guard = static_cast<Guard>(i);
    // The guard is not defined yet, so libc's own function is found.
    guarded[i] = FindInRuntime(process, GuardName(guard).data());
    if (guarded[i] == 0) continue;
    const uint64_t address = GuardAddress(guard);
    DefineSymbol(GuardsIn(loader.dynamic.symbols, loader)[i],
                 address - loader.map.image.load_bias());
    if (process.stand_in != nullptr) {
      DefineSymbol(GuardsIn(process.stand_in->symbols, loader)[i],
                   address - process.program->map.image.load_bias());
    }
  }
}

}  // namespace signet
