// SPDX-License-Identifier: MIT
#include "loader/link/isa_level.h"

#include "base/syscall.h"
#include "elf/property.h"
#include "loader/diagnostics.h"
#include "loader/find/hwcaps.h"

namespace signet {
namespace {

constexpr char kTooLow[] = "CPU ISA level is lower than required";

// Like ld.so, looks at the last one first. Null if the CPU suits all of them.
const Module* FindTooDemanding(std::span<Module* const> modules) {
  Cpu cpu;
  for (size_t i = modules.size(); i-- != 0;) {
    const Module* module = modules[i];
    if (!module->IsNative()) continue;
    const uint32_t needed = elf::NeededIsaLevels(module->map.image);
    const uint32_t base = 1;  // there is no other x86-64; CPUID is slow
    if ((needed & ~base) != 0 && (needed & ~((1u << cpu.Level()) - 1)) != 0) return module;
  }
  return nullptr;
}

}  // namespace

void CheckIsaLevels(Diagnostics& diagnostics, std::span<Module* const> modules) {
  if (const Module* module = FindTooDemanding(modules))
    diagnostics.LoadError(module->path, kTooLow);
}

void CheckIsaLevelsOfStart(const Process& process) {
  const Module* module = FindTooDemanding(process.modules);
  if (module == nullptr) return;
  const bool is_program = module == process.program;
  { Line() << (is_program ? process.diagnostics.name() : module->path) << ": " << kTooLow; }
  sys::Exit(kExitNotFound);
}

}  // namespace signet
