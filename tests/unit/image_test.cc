// SPDX-License-Identifier: MIT
//
// Which memory a number from a file may refer to.
#include "elf/image.h"

#include <gtest/gtest.h>

#include "base/page.h"
#include "tests/unit/module_memory.h"

namespace signet::test {
namespace {

// [0x1000, 0x1100) R, [0x2000, 0x3000) RX, [0x3000, 0x3018) RW, [0x4000, 0x4010) W
class ImageTest : public testing::Test {
 protected:
  static std::vector<elf::Phdr> Phdrs() {
    elf::Phdr note = ModuleMemory::Load(0x5000, 0x100, PF_R);
    note.p_type = PT_NOTE;
    return {ModuleMemory::Load(0x1000, 0x100, PF_R), note,
            ModuleMemory::Load(0x2000, 0x1000, PF_R | PF_X),
            ModuleMemory::Load(0x3000, 0x18, PF_R | PF_W), ModuleMemory::Load(0x4000, 0x10, PF_W)};
  }

  // The index of the segment, or -1.
  int Segment(uint64_t vaddr, uint64_t size, uint32_t flags = PF_R) const {
    const elf::Phdr* found = image_.Segment(vaddr, size, flags);
    return found == nullptr ? -1 : static_cast<int>(found - image_.phdrs().data());
  }

  ModuleMemory memory_{Phdrs(), 0x6000};
  elf::Image image_ = memory_.image();
};

TEST_F(ImageTest, SegmentHoldsWhollyOrNot) {
  EXPECT_EQ(Segment(0x1000, 0x100), 0);
  EXPECT_EQ(Segment(0x10ff, 1), 0);
  EXPECT_EQ(Segment(0x10ff, 2), -1);
  EXPECT_EQ(Segment(0xfff, 1), -1);
  EXPECT_EQ(Segment(0xfff, 2), -1);
  EXPECT_EQ(Segment(0x1000, 0x101), -1);
}

TEST_F(ImageTest, RangesMayReachIntoTheNextSegment) {
  EXPECT_EQ(Segment(0x2ff8, 8), 2);
  EXPECT_EQ(Segment(0x2ff8, 9), 2);
  EXPECT_EQ(Segment(0x2ff8, 0x20), 2);
  EXPECT_EQ(Segment(0x2ff8, 0x21), -1);
  EXPECT_EQ(Segment(0x2ff8, 9, PF_R | PF_X), -1);
  EXPECT_EQ(image_.Room(0x2ff8), 0x20u);
  EXPECT_EQ(image_.Room(0x10f8), 8u);  // a gap
  EXPECT_EQ(image_.Room(0x1101), 0u);
}

TEST_F(ImageTest, PagesReachBehindTheirSegments) {
  EXPECT_TRUE(image_.HasPages(0x10ff, 0xf01, PF_R));
  EXPECT_TRUE(image_.HasPages(0x1fff, 1, PF_R));
  EXPECT_TRUE(image_.HasPages(0x1800, 0x2800, PF_R));  // three segments without a gap
  EXPECT_FALSE(image_.HasPages(0x1800, 0x2801, PF_R));
  EXPECT_FALSE(image_.HasPages(0x2fff, 2, PF_X));
  EXPECT_TRUE(image_.HasPages(0x4010, 0xff0, PF_W));
  EXPECT_FALSE(image_.HasPages(0x4010, 0xff1, PF_W));
  EXPECT_FALSE(image_.HasPages(0xfff, 2, PF_R));
  EXPECT_FALSE(image_.HasPages(0x5000, 1, PF_R));  // not loaded
  EXPECT_FALSE(image_.HasPages(0x1000, UINT64_MAX, PF_R));
  EXPECT_TRUE(image_.HasPages(0x5000, 0, PF_R));  // nothing
}

TEST_F(ImageTest, OnlyLoadedSegmentsCount) { EXPECT_EQ(Segment(0x5000, 8), -1); }

TEST_F(ImageTest, SegmentNeedsThePermissions) {
  EXPECT_EQ(Segment(0x4000, 8), -1);
  EXPECT_EQ(Segment(0x4000, 8, PF_W), 4);
  EXPECT_EQ(Segment(0x2000, 8, PF_X), 2);
  EXPECT_EQ(Segment(0x3000, 8, PF_R | PF_W), 3);
  EXPECT_EQ(Segment(0x3000, 8, PF_R | PF_X), -1);
}

TEST_F(ImageTest, AnEmptyRangeMayTouchTheEnd) {
  EXPECT_EQ(Segment(0x1100, 0), 0);
  EXPECT_EQ(Segment(0x1101, 0), -1);
}

TEST_F(ImageTest, WhereOneSegmentEndsTheNextMayBegin) {
  EXPECT_EQ(Segment(0x3000, 0), 3);
  EXPECT_EQ(Segment(0x3000, 0, PF_X), 2);  // only the first one is executable
  EXPECT_EQ(image_.ArrayToEnd<uint64_t>(0x3000).size(), 3u);
}

TEST_F(ImageTest, NumbersThatWrapAroundAreOutside) {
  EXPECT_EQ(Segment(0x1080, UINT64_MAX), -1);
  EXPECT_EQ(Segment(0x1080, UINT64_MAX - 0x107f), -1);
  EXPECT_EQ(Segment(UINT64_MAX, 0), -1);
  EXPECT_EQ(Segment(UINT64_MAX, 1), -1);
  EXPECT_TRUE(image_.Array<uint64_t>(0x1000, UINT64_MAX).empty());
  EXPECT_TRUE(image_.Array<uint64_t>(0x1000, UINT64_MAX / 8 + 1).empty());
  EXPECT_TRUE(image_.Array<uint64_t>(0x1000, uint64_t{1} << 61).empty());
  EXPECT_TRUE(image_.Array<uint64_t>(UINT64_MAX - 7, 1).empty());
}

TEST_F(ImageTest, ArraysReachToTheLastByte) {
  memory_.At<uint64_t>(0x10f8) = 7;
  const std::span<const uint64_t> last = image_.Array<uint64_t>(0x10f8, 1);
  ASSERT_EQ(last.size(), 1u);
  EXPECT_EQ(last[0], 7u);
  EXPECT_EQ(image_.Array<uint64_t>(0x1000, 32).size(), 32u);
  EXPECT_TRUE(image_.Array<uint64_t>(0x1000, 33).empty());
  EXPECT_TRUE(image_.Array<uint64_t>(0x10f8, 2).empty());
}

TEST_F(ImageTest, ArraysAreAligned) {
  EXPECT_TRUE(image_.Array<uint64_t>(0x1004, 1).empty());
  EXPECT_EQ(image_.Array<uint32_t>(0x1004, 1).size(), 1u);
  EXPECT_TRUE(image_.Array<uint32_t>(0x1002, 1).empty());
  EXPECT_EQ(image_.Array<char>(0x1001, 3).size(), 3u);
  EXPECT_TRUE(image_.ArrayToEnd<uint64_t>(0x1004).empty());
}

TEST_F(ImageTest, ArrayToEndHoldsWholeObjects) {
  EXPECT_EQ(image_.ArrayToEnd<uint64_t>(0x1000).size(), 32u);
  EXPECT_EQ(image_.ArrayToEnd<uint64_t>(0x10f8).size(), 1u);
  EXPECT_TRUE(image_.ArrayToEnd<uint64_t>(0x1100).empty());
  EXPECT_TRUE(image_.ArrayToEnd<uint64_t>(0x1108).empty());
  EXPECT_EQ(image_.ArrayToEnd<elf::Sym>(0x1000).size(), 10u);  // 16 bytes remain
}

TEST_F(ImageTest, NothingIsInAnEmptyImage) {
  const elf::Image none;
  EXPECT_EQ(none.Segment(0, 0), nullptr);
  EXPECT_TRUE(none.Array<char>(0, 1).empty());
  EXPECT_TRUE(none.ArrayToEnd<char>(0).empty());
}

TEST(PageTest, RoundsToPages) {
  EXPECT_EQ(PageDown(0), 0u);
  EXPECT_EQ(PageDown(0xfff), 0u);
  EXPECT_EQ(PageDown(0x1000), 0x1000u);
  EXPECT_EQ(PageUp(0), 0u);
  EXPECT_EQ(PageUp(1), 0x1000u);
  EXPECT_EQ(PageUp(0x1000), 0x1000u);
  EXPECT_EQ(PageUp(UINT64_MAX), 0u);
}

}  // namespace
}  // namespace signet::test
