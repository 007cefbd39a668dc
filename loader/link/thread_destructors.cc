// SPDX-License-Identifier: MIT
#include "loader/link/thread_destructors.h"

#include "loader/link/module_table.h"
#include "loader/load/libc_functions.h"
#include "loader/tls/thread_state.h"
#include "loader/tls/tls_state.h"

namespace signet {
namespace {

// The destructor of one object, in memory of its thread.
struct Pending {
  ThreadDestructor destructor;
  void* object;
  Module* module;
};

std::atomic_ref<uint32_t> PendingCount(Module& module) {
  return std::atomic_ref(module.unload.thread_destructors);
}

// libc's function. The first thread that needs it looks it up.
ThreadAtExitFunction LibcThreadAtExit() {
  std::atomic<ThreadAtExitFunction>& known = TheProcess().tls_state->libc_thread_at_exit;
  ThreadAtExitFunction function = known.load();
  if (function == nullptr) {
    function =
        FindLibcFunction<std::remove_pointer_t<ThreadAtExitFunction>>(TheProcess(), kThreadAtExit);
    known.store(function);
  }
  return function;
}

void Run(void* data) {
  const Pending pending = *static_cast<Pending*>(data);
  pending.destructor(pending.object);
  PendingCount(*pending.module).fetch_sub(1, std::memory_order_release);
}

// Null if there is no memory.
Pending* Remember(const Pending& pending) {
  ThreadState& state = CurrentThread();
  void* bytes = nullptr;
  {
    const SignalsBlocked blocked;
    bytes = ThreadBytes(state, sizeof(Pending), alignof(Pending));
  }
  if (bytes == nullptr) return nullptr;
  WatchThreadEnd(state);
  return new (bytes) Pending(pending);
}

// `dso` is an address in the module. The module's code is running, so the module is there.
int ThreadAtExit(ThreadDestructor destructor, void* object, void* dso) {
  Module* module = FindModule(std::bit_cast<uint64_t>(dso));
  if (module == nullptr || module->unload.region == nullptr)
    return LibcThreadAtExit()(destructor, object, dso);
  Pending* pending = Remember({destructor, object, module});
  if (pending == nullptr) return -1;
  PendingCount(*module).fetch_add(1, std::memory_order_relaxed);
  return LibcThreadAtExit()(Run, pending, dso);
}

}  // namespace

const elf::Sym* NewThreadAtExitSymbol() {
  auto* symbol = ArenaNew<elf::Sym>();
  symbol->st_info = ELF64_ST_INFO(STB_GLOBAL, STT_FUNC);
  symbol->st_shndx = SHN_ABS;
  symbol->st_value = std::bit_cast<uint64_t>(&ThreadAtExit);
  return symbol;
}

}  // namespace signet
