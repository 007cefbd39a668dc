// SPDX-License-Identifier: MIT
#include "loader/tls/threads.h"

#include <time.h>

#include <bit>
#include <cerrno>

#include "base/number.h"
#include "base/syscall.h"
#include "base/text.h"
#include "base/thread_pointer.h"

namespace signet {
namespace {

constexpr char kDirectory[] = "/proc/self/task";

// The thread that an entry of the directory stands for; 0 for "." and "..".
int ThreadId(const dirent64& entry) {
  uint64_t thread = 0;
  return ParseNumber(entry.d_name, thread) ? static_cast<int>(thread) : 0;
}

// The kernel's name for the clock of one thread's processor time: the inverted thread id, and below
// it "of a single thread" (4) and "as the scheduler counts" (2).
int ProcessorClock(int thread) { return ~thread * 8 + 6; }

}  // namespace

OtherThreads::OtherThreads()
    : fd_(sys::Call(__NR_openat, AT_FDCWD, kDirectory, O_RDONLY | O_DIRECTORY | O_CLOEXEC, 0)) {
  if (sys::Failed(fd_)) {
    size_ = fd_;
  } else {
    self_ = sys::Call(__NR_gettid);
  }
}

OtherThreads::~OtherThreads() {
  if (!sys::Failed(fd_)) (void)sys::Close(static_cast<int>(fd_));
}

int OtherThreads::Next() {
  if (sys::Failed(fd_)) return 0;
  do {
    if (const int thread = NextInBuffer(); thread != 0) return thread;
    size_ = sys::ReadDirectory(static_cast<int>(fd_), buffer_, sizeof buffer_);
    next_ = 0;
  } while (size_ > 0);
  return 0;
}

int OtherThreads::NextInBuffer() {
  while (next_ < size_) {
    const auto* entry = std::bit_cast<const dirent64*>(buffer_ + next_);
    next_ += entry->d_reclen;
    const int thread = ThreadId(*entry);
    if (thread != 0 && thread != self_) return thread;
  }
  return 0;
}

uint64_t RunTime(int thread) {
  timespec time = {};
  if (sys::Failed(sys::ClockGettime(ProcessorClock(thread), &time))) return 0;
  return static_cast<uint64_t>(time.tv_sec) * 1000000000 + static_cast<uint64_t>(time.tv_nsec);
}

// /proc/self/task/N/stat reads "N (name) S ...", where S is the state. A name may hold parentheses,
// so the last one counts.
bool IsAsleep(int thread) {
  char path[64] = {};
  TextWriter({path, sizeof path - 1})
      << kDirectory << "/" << Dec{static_cast<uint64_t>(thread)} << "/stat";
  const long fd = sys::Open(path);
  if (sys::Failed(fd)) return true;
  char text[256];
  const long size = sys::ReadAt(static_cast<int>(fd), text, sizeof text, 0);
  (void)sys::Close(static_cast<int>(fd));
  for (long i = size - 3; i >= 0; --i) {
    if (text[i] == ')') return text[i + 2] != 'R' && text[i + 2] != 'D';
  }
  return true;
}

ThreadPointerFinder::ThreadPointerFinder() {
  uint64_t head = 0;
  uint64_t size = 0;
  has_list_ = !sys::Failed(sys::GetRobustList(0, &head, &size)) && head != 0;
  distance_ = head - ThreadPointer();
}

ThreadPointerFinder::Result ThreadPointerFinder::Find(int thread, uint64_t& thread_pointer) const {
  if (!has_list_) return Result::kRefused;
  uint64_t head = 0;
  uint64_t size = 0;
  if (const long result = sys::GetRobustList(thread, &head, &size); sys::Failed(result))
    return result == -ESRCH ? Result::kEnded : Result::kRefused;
  if (head == 0) return Result::kNoList;
  thread_pointer = head - distance_;
  return Result::kFound;
}

}  // namespace signet
