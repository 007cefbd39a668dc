// SPDX-License-Identifier: MIT
//
// Who has a lock, across threads and processes.
#include "base/lock.h"

#include <gtest/gtest.h>
#include <sched.h>
#include <signal.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

#include <atomic>
#include <functional>
#include <thread>
#include <vector>

#include "base/fork_generation.h"

namespace signet::test {
namespace {

constexpr long kShort = 50'000'000;  // ns

// The status of a child that ends with what `work` returns.
int StatusOf(pid_t child) {
  int status = 0;
  EXPECT_EQ(waitpid(child, &status, 0), child);
  return WIFEXITED(status) ? WEXITSTATUS(status) : -1;
}
int InForkedChild(const std::function<int()>& work) {
  const pid_t child = fork();
  if (child == 0) _exit(work());
  return StatusOf(child);
}

// A child that shares the memory, as that of a vfork does, but not this thread's stack.
int InSharingChild(int (*work)(void*), void* argument) {
  std::vector<char> stack(size_t{64} * 1024);
  return StatusOf(clone(work, stack.data() + stack.size(), CLONE_VM | SIGCHLD, argument));
}

// Has the lock while it lives.
class HoldingThread {
 public:
  explicit HoldingThread(RecursiveLock& lock) {
    thread_ = std::thread([this, &lock] {
      lock.Acquire();
      has_lock_ = true;
      while (!is_over_) std::this_thread::yield();
      lock.Release();
    });
    while (!has_lock_) std::this_thread::yield();
  }
  ~HoldingThread() {
    is_over_ = true;
    thread_.join();
  }
  HoldingThread(const HoldingThread&) = delete;
  HoldingThread& operator=(const HoldingThread&) = delete;

 private:
  std::atomic<bool> has_lock_ = false;
  std::atomic<bool> is_over_ = false;
  std::thread thread_;
};

TEST(Lock, IsRecursive) {
  RecursiveLock lock;
  lock.Acquire();
  EXPECT_TRUE(lock.AcquireWithin(kShort));
  EXPECT_EQ(lock.depth(), 2u);
  lock.Release();
  EXPECT_TRUE(lock.IsMine());
  lock.Release();
  EXPECT_FALSE(lock.IsMine());
}

TEST(Lock, KeepsOtherThreadsOut) {
  RecursiveLock lock;
  const HoldingThread holder(lock);
  EXPECT_FALSE(lock.AcquireWithin(kShort));
  EXPECT_FALSE(lock.AcquireIfFree());
}

TEST(Lock, IsTakenOverByAForkedChild) {
  RecursiveLock lock;
  const HoldingThread holder(lock);
  EXPECT_EQ(InForkedChild([&] { return lock.AcquireWithin(kShort) ? 0 : 1; }), 0);
  // In a child of a child, too, where process ids may come again.
  EXPECT_EQ(InForkedChild(
                [&] { return InForkedChild([&] { return lock.AcquireWithin(kShort) ? 0 : 1; }); }),
            0);
  EXPECT_FALSE(lock.AcquireWithin(kShort));
}

TEST(Lock, IsNotTakenOverByASharingChild) {
  struct Work {
    RecursiveLock lock;
    bool has_lock = true;
  } work;
  const HoldingThread holder(work.lock);
  const auto acquire = [](void* argument) {
    auto& shared = *static_cast<Work*>(argument);
    shared.has_lock = shared.lock.AcquireWithin(kShort);
    return 0;
  };
  EXPECT_EQ(InSharingChild(acquire, &work), 0);
  EXPECT_FALSE(work.has_lock);
}

TEST(ForkGeneration, IsAnotherAfterAForkOnly) {
  const uint32_t here = ForkGeneration();
  EXPECT_EQ(here, ForkGeneration());
  EXPECT_EQ(InForkedChild([here] { return ForkGeneration() != here ? 0 : 1; }), 0);
  uint32_t sharing = 0;
  const auto ask = [](void* argument) {
    *static_cast<uint32_t*>(argument) = ForkGeneration();
    return 0;
  };
  EXPECT_EQ(InSharingChild(ask, &sharing), 0);
  EXPECT_EQ(sharing, here);
}

// A thread that has the lock forks. In the child it has it still.
TEST(Lock, StaysWithTheThreadThatForks) {
  RecursiveLock lock;
  lock.Acquire();
  const int status = InForkedChild([&] {
    if (!lock.IsMine()) return 1;
    lock.KeepInChild();
    bool other_has_it = true;
    std::thread([&] { other_has_it = lock.AcquireWithin(kShort); }).join();
    lock.Release();
    std::thread([&] { other_has_it |= !lock.AcquireWithin(kShort); }).join();
    return other_has_it ? 2 : 0;
  });
  EXPECT_EQ(status, 0);
  lock.Release();
}

}  // namespace
}  // namespace signet::test
