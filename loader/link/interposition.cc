// SPDX-License-Identifier: MIT
#include "loader/link/interposition.h"

#include "loader/link/module_table.h"
#include "loader/link/thread_destructors.h"

namespace signet {
namespace {

constexpr const char* kTlsGetAddr = "__tls_get_addr";

// The loader's own __tls_get_addr, whoever stands in front of it: the TLS module ids that it is
// given are the loader's, and mean nothing to others. Sanitizers take them for glibc's, which are
// small numbers.
Definition UninterposedTls(const Process& process, const Definition& definition, const char* name) {
  const Module* module = definition.module;
  if (definition.symbol == nullptr || !module->IsNative() || std::strcmp(name, kTlsGetAddr) != 0)
    return definition;
  const elf::Sym* own = FindExport(*process.loader, kTlsGetAddr);
  return {process.loader, own};
}

// Where dlclose unloads, it must know of destructors of threads' objects (thread_destructors.h).
Definition WatchedDestructor(const Process& process, const Definition& definition,
                             const char* name) {
  if (definition.symbol == nullptr || !definition.module->IsAdopted() ||
      process.thread_at_exit == nullptr || std::strcmp(name, kThreadAtExit) != 0) {
    return definition;
  }
  return {process.loader, process.thread_at_exit};
}

}  // namespace

Definition UniqueOf(const Definition& definition, const char* name) {
  if (!definition.IsUnique()) return definition;
  const uint32_t hash = elf::GnuHash(name);
  for (Module* module = FirstModule(); module != nullptr; module = NextModule(*module)) {
    if (module->unload.is_dying) continue;
    Matcher matcher(name, nullptr, ReferenceClass::kPlt, nullptr, 0);
    const uint32_t found = FindIn(*module, hash, name, matcher);
    if (found == 0) continue;
    const Definition other = {module, &module->dynamic.symbols[found]};
    if (other.IsUnique()) return other;
  }
  return definition;
}

Definition Interpose(const Process& process, const Definition& definition, const char* name) {
  return WatchedDestructor(process, UninterposedTls(process, UniqueOf(definition, name), name),
                           name);
}

}  // namespace signet
