// SPDX-License-Identifier: MIT
#include "loader/libc/load_lock.h"

#include <pthread.h>

#include "loader/load/exports.h"
#include "loader/load/libc_functions.h"

namespace signet {
namespace {

// The one that dlsym is asked for. It is any that the stand-in program defines.
constexpr char kName[] = "dlinfo";

// By this thread: at the start there is no other.
bool IsHeld(const pthread_mutex_t& mutex) {
  const auto& fields = mutex.__data;
  return fields.__lock == 1 && fields.__count == 1 && fields.__owner != 0 && fields.__nusers == 1 &&
         fields.__kind == PTHREAD_MUTEX_RECURSIVE_NP;
}

// libc calls it, so it has no arguments.
uint64_t Resolve() {
  Process& process = TheProcess();
  size_t count = 0;
  ForEachVariable<pthread_mutex_t>(process, [&](pthread_mutex_t& mutex) {
    if (!IsHeld(mutex)) return;
    ++count;
    process.libc.load_lock = &mutex;
  });
  if (count != 1) process.libc.load_lock = nullptr;
  return std::bit_cast<uint64_t>(&Resolve);
}

}  // namespace

void FindLoadLock(Process& process) {
  const auto look_up = FindLibcFunction<void*(void*, const char*)>(process, "dlsym");
  const elf::Sym* original = FindExport(*process.loader, kName);
  if (look_up == nullptr || original == nullptr || InterpreterVariables(process).empty()) return;
  elf::Sym& symbol =
      process.stand_in
          ->symbols[static_cast<size_t>(original - process.loader->dynamic.symbols.data())];
  const elf::Sym kept = symbol;
  symbol.st_info = ELF64_ST_INFO(STB_GLOBAL, STT_GNU_IFUNC);
  symbol.st_value = process.program->map.image.Vaddr(std::bit_cast<const void*>(&Resolve));
  (void)look_up(nullptr, kName);
  symbol = kept;
}

bool TakeLoadLockIfFree(const Process& process) {
  const auto try_lock = FindLibcFunction<int(void*)>(process, "pthread_mutex_trylock");
  return process.libc.load_lock != nullptr && try_lock != nullptr &&
         try_lock(process.libc.load_lock) == 0;
}

void ReleaseLoadLock(const Process& process) {
  (void)FindLibcFunction<int(void*)>(process, "pthread_mutex_unlock")(process.libc.load_lock);
}

}  // namespace signet
