// SPDX-License-Identifier: MIT
//
// The set of sealed ranges while threads read it and others add to it. The preset `tsan` runs this
// under the thread sanitizer.
#include <gtest/gtest.h>

#include <atomic>
#include <thread>
#include <vector>

#include "sealer/sealed_ranges.h"
#include "tests/support/thread_sanitizer.h"

namespace signet {
namespace {

constexpr uint64_t kPage = 4096;
constexpr uint64_t kRanges = 500;

// The ranges of writer w do not touch each other, so that each stays what it was when it was added.
SealedRange RangeOf(uint64_t writer, uint64_t index) {
  const uint64_t start = (uint64_t{1} << 40) * (writer + 1) + 2 * index * kPage;
  return {start, start + kPage, static_cast<uint32_t>(index % 4)};
}

// Once AddSealed has returned, the range is found, with its own facts.
TEST(SealedRangesStress, NoRangeIsLost) {
  constexpr uint64_t kWriters = 2;
  std::atomic<uint64_t> added[kWriters] = {};
  std::atomic<uint64_t> wrong = 0;
  const auto write = [&](uint64_t writer) {
    for (uint64_t i = 0; i < kRanges; ++i) {
      const SealedRange range = RangeOf(writer, i);
      if (AddSealed({&range, 1}) != 0) ++wrong;
      added[writer].store(i + 1, std::memory_order_release);
    }
  };
  const auto read = [&](uint64_t writer) {
    uint64_t count = 0;
    for (uint64_t step = 0; count < kRanges; step += 7) {
      count = added[writer].load(std::memory_order_acquire);
      if (count == 0) continue;
      const SealedRange wanted = RangeOf(writer, step % count);
      SealedRange found;
      bool is_found = false;
      {
        const test::RacyReads allowed;
        is_found = FindSealed(wanted.start, wanted.end, found);
      }
      if (!is_found || found != wanted) ++wrong;
    }
  };
  std::vector<std::thread> threads;
  for (uint64_t writer = 0; writer < kWriters; ++writer) {
    threads.emplace_back(write, writer);
    threads.emplace_back(read, writer);
  }
  for (std::thread& thread : threads) thread.join();
  EXPECT_EQ(wrong, 0u);
}

}  // namespace
}  // namespace signet
