// SPDX-License-Identifier: MIT
#include "loader/libc/load_lock.h"

#include <pthread.h>

#include "base/syscall.h"
#include "loader/load/exports.h"
#include "loader/load/libc_functions.h"

namespace signet {
namespace {

// The one that dlsym is asked for. It is any that the stand-in program defines.
constexpr char kName[] = "dlinfo";

// What the resolver finds. It has no arguments that it could be told by.
struct Finding {
  std::span<std::byte> variables;  // of the interpreter
  int thread;
  pthread_mutex_t* found;
  bool is_ambiguous;
};
constinit Finding* the_finding = nullptr;

bool IsHeldBy(const pthread_mutex_t& mutex, int thread) {
  const auto& fields = mutex.__data;
  return fields.__lock == 1 && fields.__count == 1 && fields.__owner == thread &&
         fields.__nusers == 1 && fields.__kind == PTHREAD_MUTEX_RECURSIVE_NP;
}

uint64_t Resolve() {
  Finding& finding = *the_finding;
  for (size_t at = 0; at + sizeof(pthread_mutex_t) <= finding.variables.size();
       at += alignof(pthread_mutex_t)) {
    auto* mutex = std::bit_cast<pthread_mutex_t*>(&finding.variables[at]);
    if (!IsHeldBy(*mutex, finding.thread)) continue;
    finding.is_ambiguous = finding.found != nullptr;
    finding.found = mutex;
  }
  return std::bit_cast<uint64_t>(&Resolve);
}

}  // namespace

void FindLoadLock(Process& process) {
  const auto look_up = FindLibcFunction<void*(void*, const char*)>(process, "dlsym");
  const elf::Sym* original = FindExport(*process.loader, kName);
  Finding finding = {};
  finding.variables = InterpreterVariables(process);
  finding.thread = static_cast<int>(sys::Call(__NR_gettid));
  if (finding.variables.empty() || look_up == nullptr || original == nullptr) return;
  elf::Sym& symbol =
      process.stand_in
          ->symbols[static_cast<size_t>(original - &process.loader->dynamic.symbols[0])];
  const elf::Sym kept = symbol;
  symbol.st_info = ELF64_ST_INFO(STB_GLOBAL, STT_GNU_IFUNC);
  symbol.st_value = std::bit_cast<uint64_t>(&Resolve) - process.program->map.image.load_bias();
  the_finding = &finding;
  (void)look_up(nullptr, kName);
  the_finding = nullptr;
  symbol = kept;
  if (finding.found == nullptr || finding.is_ambiguous) return;
  process.libc.try_lock = FindLibcFunction<int(void*)>(process, "pthread_mutex_trylock");
  process.libc.unlock = FindLibcFunction<int(void*)>(process, "pthread_mutex_unlock");
  if (process.libc.try_lock != nullptr && process.libc.unlock != nullptr)
    process.libc.load_lock = finding.found;
}

bool TakeLoadLockIfFree(const Process& process) {
  const LibcFunctions& libc = process.libc;
  return libc.load_lock != nullptr && libc.try_lock(libc.load_lock) == 0;
}

void ReleaseLoadLock(const Process& process) { (void)process.libc.unlock(process.libc.load_lock); }

}  // namespace signet
