// SPDX-License-Identifier: MIT
#include "loader/tls/late_static_tls.h"

#include "loader/diagnostics.h"
#include "loader/tls/dynamic_tls.h"
#include "loader/tls/initial_values.h"

namespace signet {
namespace {

bool HasOnlyZeroes(const std::byte* bytes, uint64_t size) {
  for (uint64_t i = 0; i < size; ++i) {
    if (bytes[i] != std::byte{0}) return false;
  }
  return true;
}

// The module's initial values in all threads, at `offset`.
[[nodiscard]] bool Fill(Process& process, const Module& module, uint64_t offset) {
  const elf::Phdr& tls = *module.map.headers.tls;
  const auto* bytes = std::bit_cast<const std::byte*>(module.map.image.Resolve(tls.p_vaddr));
  // Nobody has used the place before.
  const bool is_fresh = offset - tls.p_memsz >= process.tls.surplus_used;
  if (offset > process.tls.surplus_used) process.tls.surplus_used = offset;
  InitialValues values = {offset, bytes, tls.p_filesz};
  if (is_fresh && HasOnlyZeroes(bytes, tls.p_filesz)) return true;
  if (!is_fresh && tls.p_memsz != tls.p_filesz) {
    // The memory behind the values of the file must become zero again.
    auto* whole = static_cast<std::byte*>(ArenaBytes(tls.p_memsz, 1));
    std::memcpy(whole, bytes, tls.p_filesz);
    values = {offset, whole, tls.p_memsz};
  }
  return WriteInAllThreads(process, values);
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
