// SPDX-License-Identifier: MIT
#include "loader/tls/late_static_tls.h"

#include <algorithm>

#include "loader/diagnostics.h"
#include "loader/tls/dynamic_tls.h"
#include "loader/tls/initial_values.h"

namespace signet {
namespace {

bool HasOnlyZeroes(std::span<const std::byte> bytes) {
  return std::ranges::all_of(bytes, [](std::byte byte) { return byte == std::byte{0}; });
}

// The module's initial values in all threads, at `offset`.
[[nodiscard]] bool Fill(Process& process, const Module& module, uint64_t offset) {
  const elf::Phdr& tls = *module.map.headers.tls;
  const std::span bytes(std::bit_cast<const std::byte*>(module.map.image.Resolve(tls.p_vaddr)),
                        tls.p_filesz);
  // Nobody has used the place before.
  const bool is_fresh = offset - tls.p_memsz >= process.tls.surplus_used;
  if (offset > process.tls.surplus_used) process.tls.surplus_used = offset;
  if (is_fresh && HasOnlyZeroes(bytes)) return true;
  return WriteInAllThreads(process, {offset, bytes, is_fresh ? 0 : tls.p_memsz - tls.p_filesz});
}

[[nodiscard]] bool PlaceInSurplus(Process& process, Module& module) {
  const elf::Phdr& tls = *module.map.headers.tls;
  const std::atomic_ref place(module.tls.offset);
  if (place.load() == kTlsDynamicOnly || tls.p_align > process.tls.layout.align()) return false;
  const elf::TlsLayout before = process.tls.placed;
  const uint64_t offset = process.tls.placed.Place(tls.p_memsz, tls.p_align, tls.p_vaddr);
  uint64_t none = 0;
  // The values first, then the offset: other threads may be about to look.
  if (offset <= process.tls.layout.size() &&
      (!module.tls.is_ready || Fill(process, module, offset)) &&
      place.compare_exchange_strong(none, offset)) {
    return true;
  }
  process.tls.placed = before;
  return false;
}

}  // namespace

bool EnsureStaticTls(Process& process, Module& module) {
  return HasStaticTls(module) || PlaceInSurplus(process, module);
}

bool FillSurplus(Process& process, std::span<Module* const> modules) {
  for (Module* module : modules) {
    if (module->map.headers.tls == nullptr || module->tls.is_ready) continue;
    if (HasStaticTls(*module) && !Fill(process, *module, module->tls.offset)) {
      process.diagnostics.LoadError(module->path, "cannot allocate memory in static TLS block");
      return false;
    }
    module->tls.is_ready = true;
  }
  return true;
}

void ReleaseSurplus(Process& process, const Module& module) {
  if (!HasStaticTls(module) || (module.tls.id & kTlsIdStatic) != 0) return;
  process.tls.placed.Remove(module.map.headers.tls->p_memsz, module.tls.offset);
}

}  // namespace signet
