// SPDX-License-Identifier: MIT
//
// Where a module with much RELRO is put: as many huge pages as it can have, and hard to guess.
#include "loader/load/choose_place.h"

#include <gtest/gtest.h>
#include <sys/personality.h>

#include <set>
#include <vector>

#include "base/page.h"

namespace signet::test {
namespace {

constexpr uint64_t kRelroStart = 0x1803000;

// Text of 24 MiB, and RELRO of so many bytes.
class ChoosePlace : public testing::Test {
 protected:
  void Describe(uint64_t relro_size) {
    phdrs_.resize(3);
    phdrs_[0] = {PT_LOAD,  PF_R | PF_X, 0, 0, 0, kRelroStart - kPageSize, kRelroStart - kPageSize,
                 kPageSize};
    phdrs_[1] = {PT_LOAD,     PF_R | PF_W, kRelroStart,        kRelroStart,
                 kRelroStart, relro_size,  relro_size + 0x800, kPageSize};
    phdrs_[2] = {PT_GNU_RELRO, PF_R,       kRelroStart, kRelroStart,
                 kRelroStart,  relro_size, relro_size,  1};
    room_.resize(elf::LayoutRoom(phdrs_));
    ASSERT_FALSE(elf::ReadProgramHeaders(phdrs_, UINT64_MAX, room_, headers_));
  }

  uint64_t Size() const { return headers_.end - headers_.start; }
  // Of a module that begins at `start`.
  static uint64_t HugePages(uint64_t start, uint64_t relro_size) {
    const uint64_t first = AlignUp(start + kRelroStart, kHugePageSize);
    const uint64_t end = start + kRelroStart + relro_size;
    return first < end ? (end - first) / kHugePageSize : 0;
  }

  static bool IsRandom() { return (personality(0xffffffff) & ADDR_NO_RANDOMIZE) == 0; }

  const elf::ProgramHeaders& headers() const { return headers_; }

 private:
  std::vector<elf::Phdr> phdrs_;
  std::vector<elf::Phdr> room_;
  elf::ProgramHeaders headers_;
};

TEST_F(ChoosePlace, LittleRelroIsRightBelow) {
  Describe(kHugePageSize - kPageSize);
  for (uint64_t limit = 0x7f0000000000; limit < 0x7f0000200000; limit += kPageSize)
    EXPECT_EQ(ChoosePlaceBelow(limit, headers()), limit - Size());
}

TEST_F(ChoosePlace, HasAsManyHugePagesAsPossible) {
  constexpr uint64_t kRelroSize = 3 * kHugePageSize + 300 * kPageSize;
  Describe(kRelroSize);
  for (uint64_t limit = 0x7f0000000000; limit < 0x7f0000200000; limit += kPageSize) {
    const uint64_t start = ChoosePlaceBelow(limit, headers());
    EXPECT_EQ(start % kPageSize, 0u);
    EXPECT_LE(start + Size(), limit);
    EXPECT_GT(start + Size() + kHugePageSize, limit);
    EXPECT_EQ(HugePages(start, kRelroSize), 3u) << std::hex << limit;
  }
}

// Below the same limit.
TEST_F(ChoosePlace, IsOneOfManyPlaces) {
  if (!IsRandom()) GTEST_SKIP() << "addresses are not randomised here";
  Describe(kHugePageSize + 127 * kPageSize);
  std::set<uint64_t> places;
  for (int i = 0; i < 4000; ++i) places.insert(ChoosePlaceBelow(0x7f0000123000, headers()));
  EXPECT_EQ(places.size(), 128u);
}

TEST_F(ChoosePlace, IsRightBelowIfThereWouldBeFewPlaces) {
  Describe(kHugePageSize + 126 * kPageSize);
  for (uint64_t limit = 0x7f0000000000; limit < 0x7f0000200000; limit += kPageSize)
    EXPECT_EQ(ChoosePlaceBelow(limit, headers()), limit - Size());
}

TEST_F(ChoosePlace, IsTheSameInEachProcessThatIsNotRandomised) {
  Describe(3 * kHugePageSize + 300 * kPageSize);
  const int before = personality(0xffffffff);
  personality(static_cast<unsigned>(before) | ADDR_NO_RANDOMIZE);
  std::set<uint64_t> places;
  for (int i = 0; i < 100; ++i) places.insert(ChoosePlaceBelow(0x7f0000123000, headers()));
  personality(static_cast<unsigned>(before));
  EXPECT_EQ(places.size(), 1u);
}

TEST_F(ChoosePlace, IsNotBelowZero) {
  Describe(3 * kHugePageSize + 300 * kPageSize);
  for (uint64_t limit = Size(); limit < Size() + kHugePageSize; limit += kPageSize)
    EXPECT_LE(ChoosePlaceBelow(limit, headers()) + Size(), limit);
}

}  // namespace
}  // namespace signet::test
