// SPDX-License-Identifier: MIT
//
// The functions of a dynamic linker that programs call, as <dlfcn.h> and <link.h> declare them:
// dlopen and its family, dl_iterate_phdr, _dl_find_object and __tls_get_addr; also
// backtrace_symbols. The loader exports them (exports.list), and has the place of an interpreter in
// the global scope.
//
// Input: calls of the program. Output: the same calls to the other files of this room, to
// link/module_table.h and tls/dynamic_tls.h; or, for a module that only libc's interpreter knows,
// to its own function. There is little else here.
//
// Thread-safe. dl_iterate_phdr, _dl_find_object, dladdr and __tls_get_addr wait for no lock. If
// there may be late modules, the first three adopt them, unless another thread has the lock.

#include <dlfcn.h>
#include <link.h>

#include "base/thread_pointer.h"
#include "loader/link/module_table.h"
#include "loader/load/libc_functions.h"
#include "loader/loader_lock.h"
#include "loader/services/backtrace.h"
#include "loader/services/dladdr.h"
#include "loader/services/dlerror.h"
#include "loader/services/dlopen.h"
#include "loader/services/dlsym.h"
#include "loader/services/late_adoption.h"
#include "loader/services/late_module_list.h"
#include "loader/services/unload.h"
#include "loader/tls/dynamic_tls.h"

#define SIGNET_EXPORT __attribute__((visibility("default")))
#define SIGNET_CALLER std::bit_cast<uint64_t>(__builtin_return_address(0))

namespace signet {
namespace {

using IterateCallback = int (*)(dl_phdr_info*, size_t, void*);

dl_phdr_info Describe(const Module& module, const InterpreterCounts& counters) {
  dl_phdr_info info = {};
  info.dlpi_addr = module.map.image.load_bias();
  info.dlpi_name = module.origin == SIGNET_ORIGIN_PROGRAM ? "" : module.published.link.l_name;
  info.dlpi_phdr = std::bit_cast<const elf::Phdr*>(module.map.phdr_address);
  info.dlpi_phnum = static_cast<uint16_t>(module.map.headers.all.size());
  info.dlpi_adds = AddedCount() + counters.adds;
  info.dlpi_subs = RemovedCount() + counters.subs;
  info.dlpi_tls_modid = module.tls.id;
  if (module.tls.id != 0) info.dlpi_tls_data = TlsDataIfAllocated(module);
  return info;
}

// The callback sees only those modules of the interpreter's list that Signet does not know.
struct Rest {
  IterateCallback callback;
  void* data;
};

int ShowRest(dl_phdr_info* info, size_t size, void* data) {
  const auto* rest = static_cast<const Rest*>(data);
  return IsLateModule(*info) ? rest->callback(info, size, rest->data) : 0;
}

}  // namespace
}  // namespace signet

using namespace signet;

// The parameters' names in the system's headers begin with underscores.
// NOLINTBEGIN(readability-inconsistent-declaration-parameter-name)
extern "C" {

SIGNET_EXPORT int dl_iterate_phdr(IterateCallback callback, void* data) {
  bool has_late = HasLateModules();
  if (has_late) {
    AdoptLateModulesIfFree(TheProcess());
    has_late = HasLateModules();
  }
  const ReadSection section;
  const InterpreterCounts counters = CountsOfInterpreter();
  for (const Module* module = FirstModule(); module != nullptr; module = NextModule(*module)) {
    dl_phdr_info info = Describe(*module, counters);
    if (const int result = callback(&info, sizeof info, data)) return result;
  }
  if (!counters.has_rest && !has_late) return 0;
  Rest rest = {callback, data};
  return TheProcess().libc.iterate(ShowRest, &rest);
}

SIGNET_EXPORT int _dl_find_object(void* address, dl_find_object* result) {
  AdoptLateModulesIfFree(TheProcess());
  Module* module = FindModule(std::bit_cast<uint64_t>(address));
  if (module == nullptr)
    return TheProcess().libc.find_object != nullptr ? TheProcess().libc.find_object(address, result)
                                                    : -1;
  if (module->map.headers.eh_frame == nullptr) return -1;
  // As in glibc, what is reserved is not written.
  result->dlfo_flags = 0;
  result->dlfo_map_start = std::bit_cast<void*>(module->map.start);
  result->dlfo_map_end = std::bit_cast<void*>(module->map.end);
  result->dlfo_link_map = std::bit_cast<link_map*>(&module->published.link);
  result->dlfo_eh_frame =
      std::bit_cast<void*>(module->map.image.Resolve(module->map.headers.eh_frame->p_vaddr));
  return 0;
}

SIGNET_EXPORT void* __tls_get_addr(TlsIndex* index) {
  if ((index->ti_module & kTlsIdTag) != 0) [[likely]]
    return TlsAddress(index->ti_module, index->ti_offset);
  if (index->ti_module == kTlsIdOfProgram) {
    if (const uint64_t offset = TheProcess().program->tls.offset; offset != 0)
      return std::bit_cast<void*>(ThreadPointer() - offset + index->ti_offset);
  }
  return TheProcess().libc.tls_get_addr(index);
}

SIGNET_EXPORT void* dlopen(const char* name, int mode) { return DlOpen(name, mode, SIGNET_CALLER); }

SIGNET_EXPORT void* dlmopen(Lmid_t space, const char* name, int mode) {
  if (space == LM_ID_BASE) return DlOpen(name, mode, SIGNET_CALLER);
  SetDlError(name != nullptr ? name : "", "there is one namespace only: dlmopen takes LM_ID_BASE");
  return nullptr;
}

SIGNET_EXPORT int dlclose(void* handle) { return DlClose(handle); }

SIGNET_EXPORT void* dlsym(void* handle, const char* name) {
  void* address = nullptr;
  (void)DlSym(handle, name, nullptr, SIGNET_CALLER, &address);
  return address;
}

SIGNET_EXPORT void* dlvsym(void* handle, const char* name, const char* version) {
  void* address = nullptr;
  (void)DlSym(handle, name, version, SIGNET_CALLER, &address);
  return address;
}

SIGNET_EXPORT char** backtrace_symbols(void* const* addresses, int count) {
  return BacktraceSymbols(addresses, count);
}

SIGNET_EXPORT void backtrace_symbols_fd(void* const* addresses, int count, int fd) {
  WriteBacktraceSymbols(addresses, count, fd);
}

SIGNET_EXPORT char* dlerror() { return TakeDlError(); }

SIGNET_EXPORT int dladdr(const void* address, Dl_info* info) {
  AdoptLateModulesIfFree(TheProcess());
  return DlAddr(address, info);
}

SIGNET_EXPORT int dladdr1(const void* address, Dl_info* info, void** extra, int flags) {
  AdoptLateModulesIfFree(TheProcess());
  return DlAddr1(address, info, extra, flags);
}

SIGNET_EXPORT int dlinfo(void* handle, int request, void* out) {
  ClearDlError();
  AdoptLateModulesIfFree(TheProcess());
  const char* error = nullptr;
  const int result = DlInfo(handle, request, out, error);
  if (error != nullptr) SetDlError("", error);
  return result;
}

}  // extern "C"
// NOLINTEND(readability-inconsistent-declaration-parameter-name)
