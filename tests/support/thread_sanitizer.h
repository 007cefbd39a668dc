// SPDX-License-Identifier: MIT
//
// Tells the thread sanitizer (the preset `tsan`) what it must not report. In other builds this does
// nothing.
#pragma once

#if defined(__SANITIZE_THREAD__)
#define SIGNET_TEST_TSAN 1
#elif defined(__has_feature)
#if __has_feature(thread_sanitizer)
#define SIGNET_TEST_TSAN 1
#endif
#endif

#ifdef SIGNET_TEST_TSAN
extern "C" void AnnotateIgnoreReadsBegin(const char* file, int line);
extern "C" void AnnotateIgnoreReadsEnd(const char* file, int line);
#endif

namespace signet::test {

// While it lives, this thread's plain reads are not checked. It is for readers without a lock: they
// may read a table while it changes, see then that its version has changed, and read again. Their
// atomic operations and all writes are still checked, and the test must check what was read.
class RacyReads {
 public:
#ifdef SIGNET_TEST_TSAN
  RacyReads() { AnnotateIgnoreReadsBegin(__FILE__, __LINE__); }
  ~RacyReads() { AnnotateIgnoreReadsEnd(__FILE__, __LINE__); }
#else
  RacyReads() {}  // not trivial, so that no compiler calls the object unused
  ~RacyReads() {}
#endif
  RacyReads(const RacyReads&) = delete;
  RacyReads& operator=(const RacyReads&) = delete;
};

}  // namespace signet::test
