// SPDX-License-Identifier: MIT
//
// The other threads of this process. They are not Signet's: only libc knows its thread descriptors.
// So this asks the kernel, which lists the threads in /proc/self/task and says of each how long it
// has run, whether it sleeps, and where its list of robust mutexes is.
//
// Input: the kernel's answers. Output: thread ids, and what the kernel says of each thread. Threads
// begin and end meanwhile, so every answer may be out of date when it is read. It changes nothing.
// Any thread may call it.
#pragma once

#include <dirent.h>

#include <cstdint>

#pragma GCC visibility push(hidden)

namespace signet {

// The ids of the other threads, one after the other.
class OtherThreads {
 public:
  OtherThreads();
  ~OtherThreads();
  OtherThreads(const OtherThreads&) = delete;
  OtherThreads& operator=(const OtherThreads&) = delete;

  // The next thread; 0 if there are no more, or if they cannot be read.
  int Next();

  // After Next has returned 0: false if the list could not be read to its end.
  bool IsComplete() const { return size_ == 0; }

 private:
  int NextInBuffer();

  long fd_;
  long self_ = 0;
  alignas(dirent64) char buffer_[2048] = {};
  long size_ = 0;  // of what is in the buffer; negative after an error
  long next_ = 0;  // where in it the next entry is
};

// The processor time that a thread has used, in nanoseconds; 0 if the thread has ended, or if the
// kernel does not say.
uint64_t RunTime(int thread);

// True if a thread neither runs nor waits for a processor or a disk, or has ended.
bool IsAsleep(int thread);

// Finds thread pointers. A libc such as glibc tells the kernel the address of each thread's list of
// robust mutexes. The head of the list is in the thread descriptor, so it is as far from the thread
// pointer in every thread as in the calling thread.
class ThreadPointerFinder {
 public:
  enum class Result {
    kFound,
    kNoList,   // the thread has just begun, or it is not libc's
    kEnded,    // there is no such thread any more
    kRefused,  // the kernel does not say, or this libc has no such lists
  };

  ThreadPointerFinder();
  Result Find(int thread, uint64_t& thread_pointer) const;

 private:
  bool has_list_ = false;  // the calling thread has one
  uint64_t distance_ = 0;  // from the thread pointer to the head of the list
};

}  // namespace signet

#pragma GCC visibility pop
