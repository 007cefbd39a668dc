// SPDX-License-Identifier: MIT
#include "loader/tls/initial_values.h"

#include <sys/uio.h>
#include <time.h>

#include <cerrno>

#include "base/syscall.h"
#include "base/thread_pointer.h"
#include "loader/tls/threads.h"

namespace signet {
namespace {

void* Target(uint64_t thread_pointer, const InitialValues& values) {
  return std::bit_cast<void*>(thread_pointer - values.offset);
}

// Asks once a millisecond, until the answer is yes or the limit is reached.
template <typename Question>
void WaitUntil(Question question) {
  constexpr int kLimit = 50;
  constexpr timespec kMillisecond = {0, 1000000};
  for (int round = 0; round < kLimit; ++round) {
    if (question()) return;
    (void)sys::Sleep(&kMillisecond);
  }
}

// A thread that was there when the image for threads to come changed. It may have been inside
// pthread_create then, with a copy of the old image.
struct Creator {
  int thread;
  uint64_t run_time;   // when the image changed; ns
  uint64_t asleep_at;  // its run time when it was last seen asleep
  bool is_done;        // what it was creating then is there
};

// A creator that was running has made its thread after it has run a little longer, or after it has
// slept for longer than a wait for a lock takes.
bool IsDone(Creator& creator) {
  constexpr uint64_t kLonger = 1000000;  // ns
  const uint64_t now = RunTime(creator.thread);
  if (now == 0 || now >= creator.run_time + kLonger) return true;
  if (!IsAsleep(creator.thread)) return false;
  if (creator.asleep_at == now) return true;
  creator.asleep_at = now;
  return false;
}

List<Creator> PossibleCreators() {
  List<Creator> creators;
  OtherThreads threads;
  while (const int thread = threads.Next()) {
    const uint64_t run_time = RunTime(thread);
    creators.Add({thread, run_time, 0, run_time == 0});
  }
  return creators;
}

// Waits until every thread is there whose creation had begun when the image changed.
void WaitForCreations() {
  const List<Creator> creators = PossibleCreators();
  WaitUntil([&] {
    bool all_done = true;
    for (Creator& creator : creators) {
      if (!creator.is_done) creator.is_done = IsDone(creator);
      all_done &= creator.is_done;
    }
    return all_done;
  });
}

void WriteOtherThread(uint64_t thread_pointer, const InitialValues& values) {
  auto* const bytes = std::bit_cast<void*>(values.bytes);
  void* const target = Target(thread_pointer, values);
  const iovec from = {bytes, values.size};
  const iovec to = {target, values.size};
  // Through the kernel, because the thread may end at any time, and its memory be unmapped.
  const long written = sys::WriteMemory(&from, &to);
  if (written == -EPERM || written == -ENOSYS) std::memcpy(target, bytes, values.size);
}

enum class Round { kAllWritten, kSomeHaveNoList, kFailed };

// Writes to every thread that can be found.
Round WriteOnce(const ThreadPointerFinder& finder, const InitialValues& values) {
  Round result = Round::kAllWritten;
  OtherThreads threads;
  while (const int thread = threads.Next()) {
    uint64_t thread_pointer = 0;
    switch (finder.Find(thread, thread_pointer)) {
      case ThreadPointerFinder::Result::kFound:
        WriteOtherThread(thread_pointer, values);
        break;
      case ThreadPointerFinder::Result::kNoList:
        if (result == Round::kAllWritten) result = Round::kSomeHaveNoList;
        break;
      case ThreadPointerFinder::Result::kEnded:
        break;
      case ThreadPointerFinder::Result::kRefused:
        result = Round::kFailed;
        break;
    }
  }
  return threads.IsComplete() ? result : Round::kFailed;
}

// A thread of libc's tells the kernel of its list before it does anything else. So a thread that
// still has none at the limit is not libc's (io_uring has such threads), or is about to end.
[[nodiscard]] bool WriteOtherThreads(const InitialValues& values) {
  const ThreadPointerFinder finder;
  Round last = Round::kAllWritten;
  WaitUntil([&] {
    last = WriteOnce(finder, values);
    return last != Round::kSomeHaveNoList;
  });
  return last != Round::kFailed;
}

}  // namespace

bool WriteInAllThreads(const Process& process, const InitialValues& values) {
  if (process.stand_in != nullptr) {
    // The image first: a thread that is created later has the values from there.
    std::memcpy(Target(process.stand_in->tls_end, values), values.bytes, values.size);
    WaitForCreations();
    if (!WriteOtherThreads(values)) return false;
  }
  std::memcpy(Target(ThreadPointer(), values), values.bytes, values.size);
  return true;
}

}  // namespace signet
