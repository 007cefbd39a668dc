// SPDX-License-Identifier: MIT
#include "loader/services/fork_barrier.h"

#include "loader/load/libc_functions.h"

namespace signet {
namespace {

constinit RecursiveLock fork_lock;
constinit bool libc_is_told = false;

using Handler = void (*)();

constinit bool in_libc = false;  // the thread with the lock is

constexpr long kPatience = 500'000'000;  // ns

// A handler that ran before may hold what libc waits for, an allocator's lock for example.
void BeforeFork() {
  while (!fork_lock.AcquireWithin(kPatience)) {
    if (__atomic_load_n(&in_libc, __ATOMIC_RELAXED)) return;
  }
}

// In the parent and in the child.
void AfterFork() {
  if (fork_lock.IsMine()) fork_lock.Release();
}

// What pthread_atfork calls; libc itself exports only this one.
void TellLibc(const Process& process) {
  libc_is_told = true;
  const auto watch =
      FindLibcFunction<int(Handler, Handler, Handler, void*)>(process, "__register_atfork");
  if (watch != nullptr) (void)watch(BeforeFork, AfterFork, AfterFork, nullptr);
}

}  // namespace

ForkBarrier::ForkBarrier(const Process& process) {
  if (!libc_is_told) TellLibc(process);
  fork_lock.Acquire();
}

ForkBarrier::~ForkBarrier() { fork_lock.Release(); }

InLibc::InLibc() { __atomic_store_n(&in_libc, true, __ATOMIC_RELAXED); }

InLibc::~InLibc() { __atomic_store_n(&in_libc, false, __ATOMIC_RELAXED); }

}  // namespace signet
