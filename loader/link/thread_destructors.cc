// SPDX-License-Identifier: MIT
#include "loader/link/thread_destructors.h"

#include <atomic>

#include "loader/link/module_table.h"
#include "loader/load/libc_functions.h"
#include "loader/tls/thread_state.h"

namespace signet {
namespace {

using Destructor = void (*)(void* object);
using Register = int(Destructor destructor, void* object, void* dso);

// One object's, in memory of its thread.
struct Pending {
  Destructor destructor;
  void* object;
  Module* module;
};

constinit elf::Sym at_exit_symbol = {};
constinit std::atomic<Register*> libc_register = nullptr;

Register* LibcRegister() {
  Register* known = libc_register.load();
  if (known == nullptr) {
    known = FindLibcFunction<Register>(*the_process, kThreadAtExit);
    libc_register.store(known);
  }
  return known;
}

void Run(void* data) {
  const Pending pending = *static_cast<Pending*>(data);
  pending.destructor(pending.object);
  __atomic_fetch_sub(&pending.module->unload.thread_destructors, 1, __ATOMIC_RELEASE);
}

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

// `dso` is an address in the module: its code runs, so it is there.
int ThreadAtExit(Destructor destructor, void* object, void* dso) {
  Module* module = FindModule(std::bit_cast<uint64_t>(dso));
  if (module == nullptr || module->unload.region == nullptr)
    return LibcRegister()(destructor, object, dso);
  Pending* pending = Remember({destructor, object, module});
  if (pending == nullptr) return -1;
  __atomic_fetch_add(&module->unload.thread_destructors, 1, __ATOMIC_RELAXED);
  return LibcRegister()(Run, pending, dso);
}

}  // namespace

const elf::Sym& ThreadAtExitSymbol() {
  at_exit_symbol.st_info = ELF64_ST_INFO(STB_GLOBAL, STT_FUNC);
  at_exit_symbol.st_shndx = SHN_ABS;
  at_exit_symbol.st_value = std::bit_cast<uint64_t>(&ThreadAtExit);
  return at_exit_symbol;
}

}  // namespace signet
