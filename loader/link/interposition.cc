// SPDX-License-Identifier: MIT
#include "loader/link/interposition.h"

#include "loader/link/module_table.h"
#include "loader/link/thread_destructors.h"

namespace signet {
namespace {

constexpr char kTlsGetAddr[] = "__tls_get_addr";
constexpr char kOldLibdl[] = "libdl.so.2";

bool IsNamed(const char* name, const char* wanted) { return std::strcmp(name, wanted) == 0; }

// The definition of a unique symbol in this module, if it has one.
Definition FindUniqueIn(Module& module, uint32_t hash, const char* name) {
  Matcher matcher(name, nullptr, ReferenceClass::kPlt, nullptr, 0);
  const uint32_t index = FindIn(module, hash, name, matcher);
  if (index == 0) return {};
  const Definition definition = {&module, &module.dynamic.symbols[index]};
  return definition.IsUnique() ? definition : Definition{};
}

}  // namespace

// The first definition counts, in the order in which modules were loaded, whatever the scope.
Definition UniqueOf(const Definition& found, const char* name) {
  if (!found.IsUnique()) return found;
  const uint32_t hash = elf::GnuHash(name);
  for (Module* module = FirstModule(); module != nullptr; module = NextModule(*module)) {
    if (module->unload.is_dying) continue;
    const Definition first = FindUniqueIn(*module, hash, name);
    if (first.symbol != nullptr) return first;
  }
  return found;
}

Definition Interpose(const Process& process, const Definition& found, const char* name) {
  const Definition definition = UniqueOf(found, name);
  if (definition.symbol == nullptr) return definition;
  if (definition.module->IsNative()) {
    // The TLS module ids that a module passes to it are the loader's own. A definition of the
    // program or of a library, such as a sanitizer's, would take them for glibc's, which are small
    // numbers.
    if (IsNamed(name, kTlsGetAddr))
      return {process.loader, FindExport(*process.loader, kTlsGetAddr)};
    // Before 2.34, glibc has dlopen and its family in a library of their own, which would pass them
    // to libc's interpreter.
    if (name[0] == 'd' && name[1] == 'l' && IsNamed(definition.module->soname(), kOldLibdl)) {
      if (const elf::Sym* own = FindExport(*process.loader, name)) return {process.loader, own};
    }
  } else if (definition.module->IsAdopted() && process.thread_at_exit_symbol != nullptr) {
    // dlclose must know of threads' objects that have destructors (thread_destructors.h).
    if (IsNamed(name, kThreadAtExit)) return {process.loader, process.thread_at_exit_symbol};
  }
  return definition;
}

}  // namespace signet
