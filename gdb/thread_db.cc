// SPDX-License-Identifier: MIT
//
// A libthread_db.so.1 for gdb that also finds the thread-local variables of modules which Signet
// has linked. The C library's libthread_db asks the C library's interpreter, which does not know
// these modules.
//
// Input: a thread, the address of a module's link map, an offset. Output: the variable's address in
// the debugged process. All other functions, and processes without Signet, are left to the C
// library's libthread_db, on which this one depends.
#include <dlfcn.h>

extern "C" {
#include <proc_service.h>
#include <thread_db.h>
}

#include <bit>

#include "loader/tls/dynamic_tls.h"

namespace signet {
namespace {

// An object in the process that is debugged.
template <typename T>
bool Read(ps_prochandle* process, uint64_t address, T& object) {
  return ps_pdread(process, std::bit_cast<void*>(address), &object, sizeof object) == PS_OK;
}

// The thread pointer; 0 if it is not known. gdb may pass a preliminary handle for the first thread
// of a process, which does not have it.
uint64_t ThreadPointerOf(const td_thrhandle_t& thread, ps_prochandle* process) {
  if (thread.th_unique != nullptr) return std::bit_cast<uint64_t>(thread.th_unique);
  td_thrhandle_t first = {};
  if (td_ta_map_lwp2thr(thread.th_ta_p, ps_getpid(process), &first) != TD_OK) return 0;
  return std::bit_cast<uint64_t>(first.th_unique);
}

// Finds where this thread has the module's TLS.
td_err_e FindBlock(ps_prochandle* process, uint64_t thread_pointer, const LinkMapTail& module,
                   uint64_t& address) {
  if ((module.tls_id & kTlsIdTag) == 0) return TD_NOTLS;
  if ((module.tls_id & kTlsIdStatic) != 0) {
    address = thread_pointer - (module.tls_id & ~(kTlsIdTag | kTlsIdStatic));
    return TD_OK;
  }
  ThreadState state;
  if (!Read(process, thread_pointer - module.thread_state_offset, state)) return TD_ERR;
  const auto index = static_cast<uint32_t>(module.tls_id);
  if (index >= state.block_count) return TD_TLSDEFER;
  TlsBlock block;
  if (!Read(process, std::bit_cast<uint64_t>(state.blocks + index), block)) return TD_ERR;
  if (block.id != module.tls_id) return TD_TLSDEFER;  // not touched yet
  address = block.address;
  return TD_OK;
}

decltype(&td_thr_tls_get_addr) NextTlsGetAddr() {
  void* next = dlopen(SIGNET_THREAD_DB, RTLD_LAZY | RTLD_NOLOAD);
  return next == nullptr
             ? nullptr
             : std::bit_cast<decltype(&td_thr_tls_get_addr)>(dlsym(next, "td_thr_tls_get_addr"));
}

}  // namespace
}  // namespace signet

extern "C" __attribute__((visibility("default"))) td_err_e td_thr_tls_get_addr(
    const td_thrhandle_t* thread, psaddr_t link_map, size_t offset, psaddr_t* result) {
  using namespace signet;
  ps_prochandle* process = nullptr;
  if (const td_err_e error = td_ta_get_ph(thread->th_ta_p, &process); error != TD_OK) return error;
  LinkMapTail module;
  if (!Read(process, std::bit_cast<uint64_t>(link_map) + sizeof(LinkMap), module) ||
      module.signature != kLinkMapSignature) {
    static const auto next = NextTlsGetAddr();
    return next != nullptr ? next(thread, link_map, offset, result) : TD_NOAPLIC;
  }
  const uint64_t thread_pointer = ThreadPointerOf(*thread, process);
  if (thread_pointer == 0) return TD_TLSDEFER;
  uint64_t address = 0;
  const td_err_e error = FindBlock(process, thread_pointer, module, address);
  if (error == TD_OK) *result = std::bit_cast<psaddr_t>(address + offset);
  return error;
}
