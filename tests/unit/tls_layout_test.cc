// SPDX-License-Identifier: MIT
//
// Where static TLS blocks lie, compared with examples made by hand and with a slow search.
#include "elf/tls_layout.h"

#include <gtest/gtest.h>

namespace signet::test {
namespace {

TEST(TlsLayout, WithoutBlocksIsEmpty) {
  const elf::TlsLayout layout;
  EXPECT_EQ(layout.size(), 0u);
  EXPECT_EQ(layout.align(), 64u);
}

TEST(TlsLayout, BlocksLieBelowTheThreadPointerInOrder) {
  elf::TlsLayout layout;
  EXPECT_EQ(layout.Place(4, 4, 0x3000), 4u);
  EXPECT_EQ(layout.Place(8, 8, 0x3000), 16u);  // [tp-16, tp-8): 4 bytes of padding above
  EXPECT_EQ(layout.Place(1, 1, 0x3000), 17u);
  EXPECT_EQ(layout.Place(2, 2, 0x3000), 20u);
  EXPECT_EQ(layout.size(), 64u);
}

// The first block's padding is above it, between its end and the thread pointer.
TEST(TlsLayout, OffsetOfTheFirstBlockIsItsSizeRoundedUp) {
  elf::TlsLayout layout;
  EXPECT_EQ(layout.Place(0x14, 0x10, 0x3de0), 0x20u);
}

// A linker may put .tbss or .tdata at an address that is not a multiple of p_align. The block then
// begins at the same distance from a multiple.
TEST(TlsLayout, OddAddressesKeepTheirRemainder) {
  elf::TlsLayout layout;
  EXPECT_EQ(layout.Place(0x20, 0x10, 0x3df8), 0x28u);      // tp-0x28 is 8 behind a multiple of 16
  EXPECT_EQ(layout.Place(0x10, 0x40, 0x2010), 0x70u);      // tp-0x70 is 0x10 behind one of 64
  EXPECT_EQ(layout.Place(0x04, 0x10, 0x1004), 0x7cu);      // tp-0x7c is 4 behind one of 16
  EXPECT_EQ(layout.Place(0x01, 0x1000, 0x1fff), 0x1001u);  // tp-0x1001 is 0xfff behind one of 4096
  EXPECT_EQ(layout.size(), 0x2000u);
  EXPECT_EQ(layout.align(), 0x1000u);
}

TEST(TlsLayout, SmallBlockWithAPagesAlignment) {
  elf::TlsLayout at_multiple;
  EXPECT_EQ(at_multiple.Place(1, 4096, 0x1000), 4096u);
  elf::TlsLayout behind_multiple;
  EXPECT_EQ(behind_multiple.Place(1, 4096, 0x1010), 0xff0u);
  EXPECT_EQ(behind_multiple.size(), 4096u);
}

TEST(TlsLayout, NoAlignmentIsAlignmentOne) {
  elf::TlsLayout layout;
  EXPECT_EQ(layout.Place(3, 0, 0x1001), 3u);
  EXPECT_EQ(layout.Place(3, 1, 0x1001), 6u);
}

TEST(TlsLayout, EmptyBlocksTakeNoRoomButPadding) {
  elf::TlsLayout layout;
  EXPECT_EQ(layout.Place(0, 8, 0), 0u);
  EXPECT_EQ(layout.Place(5, 1, 0), 5u);
  EXPECT_EQ(layout.Place(0, 8, 0), 8u);
}

TEST(TlsLayout, LargestModulesDoNotOverflow) {
  elf::TlsLayout layout;
  constexpr uint64_t kSize = uint64_t{1} << 30;
  constexpr uint64_t kAlign = uint64_t{1} << 21;
  uint64_t last = 0;
  for (uint64_t i = 1; i <= 1000; ++i) {
    const uint64_t offset = layout.Place(kSize, kAlign, 1);
    EXPECT_GE(offset, last + kSize);
    EXPECT_EQ((0 - offset) % kAlign, 1u);
    last = offset;
  }
}

TEST(TlsLayout, IsAsTightAsItCanBe) {
  for (uint64_t align = 1; align <= 32; align *= 2) {
    for (uint64_t size = 0; size < 40; ++size) {
      for (uint64_t vaddr = 0; vaddr < 2 * align; ++vaddr) {
        elf::TlsLayout layout;
        const uint64_t before = layout.Place(7, 1, 0);
        uint64_t expected = before + size;
        while ((0 - expected) % align != vaddr % align) ++expected;
        ASSERT_EQ(layout.Place(size, align, vaddr), expected)
            << "size " << size << ", align " << align << ", vaddr " << vaddr;
      }
    }
  }
}

TEST(TlsLayout, OnlyTheLastIsTakenBack) {
  elf::TlsLayout layout;
  const uint64_t first = layout.Place(100, 8, 0);
  const uint64_t second = layout.Place(20, 64, 0);
  layout.Remove(100, first);
  EXPECT_EQ(layout.size(), second);
  layout.Remove(20, second);
  EXPECT_EQ(layout.Place(20, 64, 0), second);
  layout.Remove(20, second);
  EXPECT_LT(layout.Place(1, 1, 0), second);
}

}  // namespace
}  // namespace signet::test
