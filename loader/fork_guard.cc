// SPDX-License-Identifier: MIT
#include "loader/fork_guard.h"

#include "loader/libc_calls.h"

namespace signet {
namespace {

constinit RecursiveLock fork_lock;
constinit bool libc_is_told = false;

using Handler = void (*)();

// A handler that ran before may hold what the thread with the lock waits for, an allocator's lock
// for example.
constexpr long kPatience = 500'000'000;

void BeforeFork() { (void)fork_lock.AcquireWithin(kPatience); }

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

ForkGuard::ForkGuard(const Process& process) {
  if (!libc_is_told) TellLibc(process);
  fork_lock.Acquire();
}

ForkGuard::~ForkGuard() { fork_lock.Release(); }

}  // namespace signet
