// SPDX-License-Identifier: MIT
#include "loader/services/dlsym.h"

#include <dlfcn.h>

#include <algorithm>

#include "loader/diagnostics.h"
#include "loader/link/module_table.h"
#include "loader/link/resolve.h"
#include "loader/load/libc_functions.h"
#include "loader/loader_lock.h"
#include "loader/services/dlerror.h"
#include "loader/services/group.h"
#include "loader/services/late_adoption.h"
#include "loader/services/unload.h"
#include "loader/tls/dynamic_tls.h"

namespace signet {
namespace {

// Where references of a module are looked up: in the global scope, then in the groups that were
// opened with it.
Definition FindDefault(const Process& process, const Module& from, const SymbolQuery& query) {
  Definition found = FindSymbol(process.modules, query);
  for (const LocalScope* local = from.opened.local_scopes;
       found.symbol == nullptr && local != nullptr; local = local->next) {
    found = FindSymbol(local->modules, query);
  }
  return found;
}

// Looks behind the module itself: in its groups, then in the global scope.
Definition FindNext(const Process& process, const Module& from, const SymbolQuery& query) {
  const auto behind = [&](std::span<Module* const> modules) {
    const auto self = std::find(modules.begin(), modules.end(), &from);
    return self != modules.end() ? modules.subspan(static_cast<size_t>(self - modules.begin()) + 1)
                                 : std::span<Module* const>();
  };
  Definition found;
  for (const LocalScope* local = from.opened.local_scopes;
       found.symbol == nullptr && local != nullptr; local = local->next) {
    found = FindSymbol(behind(local->modules), query);
  }
  return found.symbol != nullptr ? found : FindSymbol(behind(process.modules), query);
}

// The module whose code asks; the program for code that lies in none.
Module& ModuleOfCaller(const Process& process, uint64_t caller) {
  Module* const found = FindModule(caller);
  return found != nullptr ? *found : *process.program;
}

void* AddressOf(const Definition& definition) {
  const elf::Sym& symbol = *definition.symbol;
  if (ELF64_ST_TYPE(symbol.st_info) == STT_TLS) {
    TlsIndex index = {definition.module->tls.id, symbol.st_value};
    return (index.ti_module & kTlsIdTag) != 0 ? TlsAddress(index.ti_module, index.ti_offset)
                                              : TheProcess().libc.tls_get_addr(&index);
  }
  const uint64_t address = definition.Address();
  return std::bit_cast<void*>(definition.IsIfunc() ? CallResolver(address) : address);
}

void ReportUndefined(const Process& process, const Module& where, const SymbolQuery& query) {
  const std::string_view file = where.origin == SIGNET_ORIGIN_PROGRAM
                                    ? process.diagnostics.name()
                                    : std::string_view(where.published.link.l_name);
  const bool versioned = query.version != nullptr;
  SetDlError(file, "undefined symbol: ", query.name, versioned ? ", version " : "",
             versioned ? query.version : "");
}

}  // namespace

bool DlSym(void* handle, const char* name, const char* version, uint64_t caller, void** address) {
  ClearDlError();
  Process& process = TheProcess();
  const AdoptingLock lock(process);
  const SymbolQuery query = {name, version};
  Module* from = nullptr;
  Definition found;
  if (handle == RTLD_DEFAULT) {
    from = &ModuleOfCaller(process, caller);
    found = FindDefault(process, *from, query);
  } else if (handle == RTLD_NEXT) {
    from = &ModuleOfCaller(process, caller);
    found = FindNext(process, *from, query);
  } else {
    from = ModuleOf(handle);
    if (from == nullptr) {
      SetDlError("", "invalid handle");
      return false;
    }
    found = FindSymbol(from == process.program ? std::span<Module* const>(process.modules)
                                               : GroupOf(process, *from),
                       query);
  }
  // libc's interpreter does not always say where the TLS of a module is that it loaded after the
  // start.
  const bool has_unknown_tls = found.symbol != nullptr &&
                               ELF64_ST_TYPE(found.symbol->st_info) == STT_TLS &&
                               found.module->tls.id == 0;
  if (found.symbol == nullptr || has_unknown_tls) {
    ReportUndefined(process, *from, query);
    return false;
  }
  if (handle == RTLD_DEFAULT) NoteUse(process, *from, *found.module);
  if (found.IsUnique()) Keep(process, *found.module);
  *address = AddressOf(found);
  return true;
}

}  // namespace signet
