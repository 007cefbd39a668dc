// SPDX-License-Identifier: MIT
//
// Tables that are read while they change, and the lock of their writers. Under the thread sanitizer
// these tests also show that there is no data race.
#include "base/versioned.h"

#include <gtest/gtest.h>

#include <atomic>
#include <memory>
#include <thread>
#include <vector>

#include "base/lock.h"
#include "sealer/sealed_ranges.h"

namespace signet::test {
namespace {

struct Element {
  uint64_t key;
  uint64_t twice;
  uint64_t round;
};

constexpr size_t kReaders = 3;
constexpr size_t kCapacity = 64;

// Runs `work` in the background, over and over again, until it goes out of scope.
class Threads {
 public:
  template <typename Work>
  Threads(size_t count, Work work) {
    for (size_t i = 0; i < count; ++i) {
      threads_.emplace_back([this, work]() mutable {
        do {
          work();
        } while (!stop_.load(std::memory_order_relaxed));
      });
    }
  }
  Threads(const Threads&) = delete;
  Threads& operator=(const Threads&) = delete;
  ~Threads() {
    stop_ = true;
    for (std::thread& thread : threads_) thread.join();
  }

 private:
  std::atomic<bool> stop_ = false;
  std::vector<std::thread> threads_;
};

class VersionedTable : public testing::Test {
 protected:
  // Older memory is kept, because a late reader may still look at it.
  void Write(uint64_t round, size_t count) {
    if (table_.spare_capacity() < count) {
      memory_.push_back(std::make_unique<Element[]>(count));
      table_.SetSpareMemory(memory_.back().get(), count);
    }
    for (size_t i = 0; i < count; ++i) table_.Put(i, {i, 2 * i, round});
    table_.Publish(count);
  }

  std::vector<std::unique_ptr<Element[]>> memory_;
  Versioned<Element> table_;
};

TEST_F(VersionedTable, IsEmptyAtFirst) {
  EXPECT_EQ(table_.Read([](const auto& elements) { return elements.size(); }), 0u);
  EXPECT_EQ(table_.current().size(), 0u);
  EXPECT_EQ(table_.spare_capacity(), 0u);
}

TEST_F(VersionedTable, ShowsWhatWasPublishedLast) {
  for (uint64_t round = 1; round < 10; ++round) {
    Write(round, 3 * round);
    EXPECT_EQ(table_.current().size(), 3 * round);
    const Element last = table_.Read([](const auto& elements) {
      EXPECT_EQ(elements.Member(1, &Element::twice), 2u);
      return elements[elements.size() - 1];
    });
    EXPECT_EQ(last.key, 3 * round - 1);
    EXPECT_EQ(last.twice, 2 * (3 * round - 1));
    EXPECT_EQ(last.round, round);
  }
}

TEST_F(VersionedTable, IsWholeWhileTheSpareIsFilled) {
  Write(1, 4);
  Write(2, 4);
  table_.Put(0, {77, 77, 77});
  table_.SetSpareMemory(nullptr, 0);
  EXPECT_EQ(table_.Read([](const auto& elements) { return elements[0].round; }), 2u);
  EXPECT_EQ(table_.Read([](const auto& elements) { return elements.size(); }), 4u);
}

// A writer that adds an element at the end writes what has changed since the spare was in force.
TEST_F(VersionedTable, KeepsWhatBothSidesHave) {
  std::array<Element, kCapacity> sides[2];
  for (uint64_t count = 1; count < 10; ++count) {
    if (table_.spare_capacity() == 0)
      table_.SetSpareMemory(sides[table_.spare()].data(), kCapacity);
    const size_t kept = table_.Keep(count - 1);
    EXPECT_EQ(kept, count < 3 ? 0 : count - 2);
    for (size_t i = kept; i < count; ++i) table_.Put(i, {i, 2 * i, count});
    table_.Publish(count, count - 1);
    for (size_t i = 0; i < count; ++i) EXPECT_EQ(table_.current()[i].key, i);
  }
}

TEST_F(VersionedTable, KeepsNothingThatAnyWriterHasChanged) {
  Write(1, 4);
  Write(2, 4);
  EXPECT_EQ(table_.Keep(4), 0u);  // nobody has said what is unchanged
  for (size_t i = 0; i < 4; ++i) table_.Put(i, {i, 2 * i, 3});
  table_.Publish(4, 4);
  EXPECT_EQ(table_.Keep(2), 2u);
  EXPECT_EQ(table_.Keep(4), 2u);  // the others may be half written since
  table_.SetSpareMemory(table_.spare_memory(), table_.spare_capacity());
  EXPECT_EQ(table_.Keep(4), 0u);
}

TEST_F(VersionedTable, StartsAgainWhenItWasChangedMeanwhile) {
  Write(1, 1);
  int looks = 0;
  const uint64_t round = table_.Read([&](const auto& elements) {
    const uint64_t seen = elements[0].round;
    if (looks++ == 0) Write(2, 1);
    return seen;
  });
  EXPECT_EQ(round, 2u);
  EXPECT_EQ(looks, 2);
}

// Each reading is of one round: all elements of it, and no others. Rounds do not go back.
TEST_F(VersionedTable, IsNeverMixed) {
  constexpr uint64_t kRounds = 20000;
  Write(1, 1 + 1);
  std::atomic<uint64_t> failures = 0;
  {
    const Threads readers(kReaders, [&, last = uint64_t{0}]() mutable {
      struct Seen {
        uint64_t round;
        bool whole;
      };
      const Seen seen = table_.Read([](const auto& elements) {
        const uint64_t round = elements[0].round;
        bool whole = elements.size() == 1 + round % kCapacity;
        for (size_t i = 0; i < elements.size(); ++i) {
          const Element element = elements[i];
          whole &= element.key == i && element.twice == 2 * i && element.round == round;
        }
        return Seen{round, whole};
      });
      if (!seen.whole || seen.round < last) ++failures;
      last = seen.round;
    });
    for (uint64_t round = 1; round <= kRounds; ++round) Write(round, 1 + round % kCapacity);
  }
  EXPECT_EQ(failures, 0u);
}

TEST(RecursiveLockUnderContention, LetsOneThreadIn) {
  RecursiveLock lock;
  uint64_t count = 0;  // not atomic, because the lock protects it
  constexpr uint64_t kTimes = 5000;
  {
    std::vector<std::thread> threads;
    for (size_t i = 0; i < kReaders; ++i) {
      threads.emplace_back([&] {
        for (uint64_t n = 0; n < kTimes; ++n) {
          const LockHolder outer(lock);
          const LockHolder inner(lock);
          ++count;
        }
      });
    }
    for (std::thread& thread : threads) thread.join();
  }
  EXPECT_EQ(count, kReaders * kTimes);
  EXPECT_FALSE(lock.IsMine());
}

TEST(RecursiveLockUnderContention, IsNotWaitedForTooLong) {
  RecursiveLock lock;
  const LockHolder holder(lock);
  std::thread([&] {
    EXPECT_FALSE(lock.AcquireIfFree());
    EXPECT_FALSE(lock.AcquireWithin(1'000'000));
    EXPECT_FALSE(lock.IsMine());
  }).join();
  EXPECT_TRUE(lock.IsMine());
}

// These tests add to the set of this process. Nothing is mapped at the addresses.
constexpr uint64_t kPage = 4096;
constexpr uint64_t kBase = 0x1000'0000;

TEST(SealedRangesUnderChange, AreNeverLost) {
  constexpr uint64_t kCount = 400;
  const auto start_of = [](uint64_t i) { return kBase + 3 * i * kPage; };
  std::atomic<uint64_t> added = 0;  // at least so many are sealed
  std::atomic<uint64_t> failures = 0;
  {
    const Threads readers(kReaders, [&] {
      const uint64_t before = added.load();
      for (uint64_t i = 0; i < before; i += 7) {
        SealedRange found;
        const uint64_t start = start_of(i);
        if (!FindSealed(start, start + kPage, found) || found.start != start ||
            found.end != start + 2 * kPage)
          ++failures;
        if (FindSealed(start + 2 * kPage, start + 3 * kPage, found)) ++failures;
      }
      if (CopySealed(kByProgram, {}) < before) ++failures;
    });
    for (uint64_t i = 0; i < kCount; ++i) {
      const SealedRange fresh = {start_of(i), start_of(i) + 2 * kPage, kByProgram};
      ASSERT_EQ(AddSealed({&fresh, 1}), 0);
      added = i + 1;
    }
  }
  EXPECT_EQ(failures, 0u);
  EXPECT_EQ(CopySealed(kByProgram, {}), kCount);
}

// Several threads seal at once: no range is forgotten.
TEST(SealedRangesUnderChange, HaveSeveralWriters) {
  constexpr uint64_t kEach = 50;
  const auto start_of = [](size_t writer, uint64_t i) {
    return 16 * kBase + (2 * i * kReaders + 2 * writer) * kPage;
  };
  std::vector<std::thread> writers;
  for (size_t writer = 0; writer < kReaders; ++writer) {
    writers.emplace_back([&, writer] {
      for (uint64_t i = 0; i < kEach; ++i) {
        const uint64_t start = start_of(writer, i);
        const SealedRange fresh = {start, start + kPage, kAnonymous};
        EXPECT_EQ(AddSealed({&fresh, 1}), 0);
      }
    });
  }
  for (std::thread& writer : writers) writer.join();
  for (size_t writer = 0; writer < kReaders; ++writer) {
    for (uint64_t i = 0; i < kEach; ++i) {
      SealedRange found;
      const uint64_t start = start_of(writer, i);
      ASSERT_TRUE(FindSealed(start, start + kPage, found));
      EXPECT_EQ(found, (SealedRange{start, start + kPage, kAnonymous}));
    }
  }
}

}  // namespace
}  // namespace signet::test
