// SPDX-License-Identifier: MIT
#include "loader/load/runtime.h"

#include "loader/load/identify.h"
#include "loader/load/map.h"

namespace signet {
namespace {

enum class VersionUse { kDefines, kRefersTo };

bool HasGlibcPrivate(const Module& module, VersionUse use) {
  constexpr uint32_t kHash = elf::SysvHash(elf::kGlibcPrivate);
  for (const elf::Version& version : module.decoded.versions) {
    if (version.hash == kHash && version.name == elf::kGlibcPrivate &&
        (version.file == nullptr) == (use == VersionUse::kDefines)) {
      return true;
    }
  }
  return false;
}

// With the slash at its end.
std::string_view DirectoryOf(const Module& module) {
  std::string_view path = module.path;
  while (!path.empty() && path.back() != '/') path.remove_suffix(1);
  return path;
}

// The texts are in the module's memory, which goes away.
void Keep(const char*& text) {
  if (text != nullptr) text = ArenaString(text);
}

}  // namespace

bool IsRuntime(const Module& module) {
  if ((module.dynamic.flags_1 & DF_1_INITFIRST) != 0) return false;
  if (!NeedsOnlyRuntime(module.decoded.needed_names)) return false;
  if (module.map.headers.interp != nullptr) return HasGlibcPrivate(module, VersionUse::kDefines);
  return IsSelfInterpretingLibc(module) || module.soname() == kUnwinder;
}

bool IsPartOfLibc(const Process& process, const Module& module) {
  if (!HasGlibcPrivate(module, VersionUse::kRefersTo)) return false;
  for (const Module* libc : process.modules) {
    if (libc->IsAdopted() && libc->map.headers.interp != nullptr)
      return DirectoryOf(*libc) == DirectoryOf(module);
  }
  return false;
}

bool IsRuntimeInOnePlace(const Process& process) {
  const Module* first = nullptr;
  for (const Module* module : process.modules) {
    if (!module->IsAdopted() || module == process.interpreter) continue;
    if (first == nullptr) first = module;
    if (DirectoryOf(*module) != DirectoryOf(*first)) return false;
  }
  return true;
}

bool IsMusl(const Process& process) {
  return process.interpreter != nullptr && IsSelfInterpretingLibc(*process.interpreter);
}

void LeaveToInterpreter(const Process& process, Module& module) {
  module.origin = SIGNET_ORIGIN_ADOPTED;
  if (process.options.list) return;
  const std::span<const elf::Dyn> entries = module.dynamic.entries;
  const std::span<elf::Dyn> kept = ArenaArray<elf::Dyn>(entries.size());
  std::memcpy(kept.data(), entries.data(), entries.size_bytes());
  for (const char*& name : module.decoded.needed_names) Keep(name);
  elf::Dynamic dynamic;
  dynamic.entries = kept;
  Keep(dynamic.soname = module.dynamic.soname);
  Keep(dynamic.rpath = module.dynamic.rpath);
  Keep(dynamic.runpath = module.dynamic.runpath);
  module.dynamic = dynamic;
  module.decoded.versions = {};
  UnmapModule(module);
  module.map.image = {};
}

}  // namespace signet
