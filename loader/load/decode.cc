// SPDX-License-Identifier: MIT
#include "loader/load/decode.h"

#include "base/attributes.h"
#include "base/syscall.h"
#include "loader/diagnostics.h"

namespace signet {
namespace {

// The versions that the module defines and those that it needs share one table by index, because a
// program that took a symbol by COPY defines it under a version that it needs.
[[nodiscard]] bool DecodeVersions(Diagnostics& diagnostics, Module& module) {
  const elf::Dynamic& dynamic = module.dynamic;
  uint16_t last = 0;
  const auto measure = [&](const auto& version) {
    const uint16_t index = version.index & elf::kVersionIndexMask;
    if (index > last) last = index;
  };
  elf::Check bad =
      elf::ForEachVersionDefinition(module.map.image, dynamic.strings, dynamic.verdef, measure);
  if (!bad)
    bad = elf::ForEachVersionNeed(module.map.image, dynamic.strings, dynamic.verneed, measure);
  if (bad) {
    diagnostics.LoadError(module.path, *bad);
    return false;
  }
  if (last == 0) return true;
  module.decoded.versions = ArenaArray<elf::Version>(last + size_t{1});
  bad = elf::ForEachVersionDefinition(
      module.map.image, dynamic.strings, dynamic.verdef,
      [&](const elf::VersionDefinition& version) {
        if ((version.flags & VER_FLG_BASE) != 0) return;
        module.decoded.versions[version.index] = {version.name, nullptr, version.hash, false};
      });
  if (!bad) {
    bad = elf::ForEachVersionNeed(
        module.map.image, dynamic.strings, dynamic.verneed, [&](const elf::VersionNeed& version) {
          module.decoded.versions[version.index & elf::kVersionIndexMask] = {
              version.name, version.file, version.hash, (version.index & elf::kVersionHidden) != 0};
        });
  }
  return !bad;
}

// `bytes` are what PT_INTERP covers.
const char* InterpreterPath(Diagnostics& diagnostics, const Module& module,
                            std::span<const char> bytes) {
  const elf::Phdr* interp = module.map.headers.interp;
  if (!bytes.empty() && bytes.back() == '\0') return ArenaString(bytes.data());
  diagnostics.LoadError(module.path,
                        elf::Address("PT_INTERP is not terminated: p_vaddr is ", interp->p_vaddr,
                                     ", p_memsz is ", interp->p_memsz));
  return nullptr;
}

}  // namespace

bool DecodeModule(Diagnostics& diagnostics, Module& module, std::span<const elf::Dyn> entries) {
  if (elf::Check bad = elf::ReadDynamic(module.map.image, entries, module.dynamic)) {
    diagnostics.LoadError(module.path, *bad);
    return false;
  }
  module.decoded.needed_names = ArenaArray<const char*>(module.dynamic.needed_count);
  module.decoded.filtees = ArenaArray<Filtee>(module.dynamic.filtee_count);
  size_t needed = 0;
  size_t filtee = 0;
  for (const elf::Dyn& dyn : entries) {
    const bool is_optional = dyn.d_tag == DT_AUXILIARY;
    if (dyn.d_tag == DT_NEEDED)
      module.decoded.needed_names[needed++] = module.dynamic.strings.At(dyn.d_un.d_val);
    if (dyn.d_tag == DT_FILTER || is_optional)
      module.decoded.filtees[filtee++] = {module.dynamic.strings.At(dyn.d_un.d_val), is_optional};
  }
  return DecodeVersions(diagnostics, module);
}

const char* InterpreterPath(Diagnostics& diagnostics, const Module& module) {
  const elf::Phdr* interp = module.map.headers.interp;
  return InterpreterPath(diagnostics, module,
                         module.map.image.Array<char>(interp->p_vaddr, interp->p_memsz));
}

const char* InterpreterPath(Diagnostics& diagnostics, const Module& module, int fd) {
  SIGNET_BUFFER static char buffer[4096];  // the stack may be small, and the loader lock is held
  const elf::Phdr* interp = module.map.headers.interp;
  if (interp->p_filesz > sizeof buffer)
    return InterpreterPath(diagnostics, module, std::span<const char>());
  const long size = sys::ReadAt(fd, buffer, interp->p_filesz, interp->p_offset);
  return InterpreterPath(diagnostics, module,
                         {buffer, sys::Failed(size) ? 0 : static_cast<size_t>(size)});
}

}  // namespace signet
