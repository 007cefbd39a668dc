// SPDX-License-Identifier: MIT
#include "loader/libc/allocators.h"

#include "loader/link/resolve.h"

namespace signet {
namespace {

constexpr char kNames[Allocators::kMax][14] = {"aligned_alloc", "calloc", "free", "malloc",
                                               "realloc"};
// The interpreter asks for this version. What has none is as good.
constexpr char kVersion[] = "GLIBC_2.2.5";

// The first definition in the global scope, as far as it is in front of the runtime.
Definition FindBeforeRuntime(const Process& process, const char* name) {
  const elf::Version version = {kVersion, nullptr, elf::SysvHash(kVersion), /* hidden */ false};
  Matcher matcher(name, &version, ReferenceClass::kPlt, nullptr, 0);
  const uint32_t hash = elf::GnuHash(name);
  for (Module* module : process.modules) {
    if (module->IsAdopted()) break;
    if (const uint32_t found = FindIn(*module, hash, name, matcher))
      return {module, &module->dynamic.symbols[found]};
  }
  return {};
}

}  // namespace

Allocators FindAllocators(const Process& process) {
  Allocators found;
  for (const char* name : kNames) {
    const Definition definition = FindBeforeRuntime(process, name);
    if (definition.symbol != nullptr && !definition.IsIfunc())
      found.Add(name, definition.Address());
  }
  return found;
}

}  // namespace signet
