// SPDX-License-Identifier: MIT
#include "loader/services/fork_barrier.h"

#include "base/abandon.h"
#include "loader/load/libc_functions.h"
#include "loader/loader_lock.h"
#include "loader/services/state.h"

namespace signet {
namespace {

using Handler = void (*)();

constexpr long kPatience = 500'000'000;  // ns

// libc runs the fork handlers of others first. Such a handler may hold the lock of an allocator,
// for example. If the thread in libc waits for that, this one must not wait for it.
void BeforeFork() {
  ForkState& state = TheProcess().services->fork;
  while (!state.lock.AcquireWithin(kPatience)) {
    if (state.in_libc.load(std::memory_order_relaxed)) return;
  }
}

void AfterForkInParent() {
  ForkState& state = TheProcess().services->fork;
  if (state.lock.IsMine()) state.lock.Release();
}

void AfterForkInChild() {
  loader_lock.KeepInChild();
  AfterForkInParent();
}

// Calls what pthread_atfork calls. glibc links pthread_atfork into each program, so the loader
// cannot find it in libc.
void TellLibc(const Process& process, ForkState& state) {
  state.libc_is_told = true;
  const auto watch =
      FindLibcFunction<int(Handler, Handler, Handler, void*)>(process, "__register_atfork");
  if (watch != nullptr) (void)watch(BeforeFork, AfterForkInParent, AfterForkInChild, nullptr);
}

}  // namespace

ForkBarrier::ForkBarrier(const Process& process) : state_(process.services->fork) {
  if (!state_.libc_is_told) TellLibc(process, state_);
  state_.lock.Acquire();
}

ForkBarrier::~ForkBarrier() { state_.lock.Release(); }

InLibc::InLibc(const Process& process) : state_(process.services->fork) {
  state_.in_libc.store(true, std::memory_order_relaxed);
}

InLibc::~InLibc() { state_.in_libc.store(false, std::memory_order_relaxed); }

const char* RunAbandonableUnderLocks(const Process& process, void (*body)(void*), void* argument) {
  ForkState& state = process.services->fork;
  const uint32_t loader_depth = loader_lock.depth();
  const uint32_t fork_depth = state.lock.depth();
  const bool in_libc = state.in_libc.load(std::memory_order_relaxed);
  const char* const abandoned = RunAbandonable(body, argument);
  if (abandoned != nullptr) {
    loader_lock.ReleaseTo(loader_depth);
    state.lock.ReleaseTo(fork_depth);
    state.in_libc.store(in_libc, std::memory_order_relaxed);
  }
  return abandoned;
}

}  // namespace signet
