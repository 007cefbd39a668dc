// SPDX-License-Identifier: MIT
//
// PT_LOADs in any order, and over each other: what is in memory at the end.
#include "elf/layout.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <cstdio>
#include <random>
#include <string>
#include <vector>

namespace signet::test {
namespace {

constexpr uint64_t kFileSize = 0x20000;

elf::Phdr Load(uint64_t offset, uint64_t vaddr, uint64_t filesz, uint64_t memsz, uint32_t flags) {
  return {PT_LOAD, flags, offset, vaddr, vaddr, filesz, memsz, kPageSize};
}

using Lines = std::vector<std::string>;

// "1000+200 file 3000+100 r-x", or "as they are".
Lines LaidOut(const std::vector<elf::Phdr>& phdrs, uint64_t file_size = kFileSize) {
  std::vector<elf::Phdr> room(elf::LayoutRoom(phdrs));
  const std::span<const elf::Phdr> mapped = elf::LayOut(phdrs, file_size, room);
  if (mapped.data() == phdrs.data()) return {"as they are"};
  Lines lines;
  for (const elf::Phdr& phdr : elf::LoadSegments(mapped)) {
    char text[96];
    std::snprintf(text, sizeof text, "%lx+%lx file %lx+%lx %c%c%c", phdr.p_vaddr, phdr.p_memsz,
                  phdr.p_offset, phdr.p_filesz, (phdr.p_flags & PF_R) != 0 ? 'r' : '-',
                  (phdr.p_flags & PF_W) != 0 ? 'w' : '-', (phdr.p_flags & PF_X) != 0 ? 'x' : '-');
    lines.emplace_back(text);
  }
  return lines;
}

TEST(Layout, InOrderAndApart) {
  EXPECT_EQ(LaidOut({Load(0, 0, 0x500, 0x500, PF_R), Load(0x1000, 0x1000, 0x10, 0x10, PF_R)}),
            Lines{"as they are"});
}

// The example in layout.h.
TEST(Layout, WorkedExample) {
  EXPECT_EQ(LaidOut({Load(0x0000, 0x0000, 0x2345, 0x2345, PF_R),
                     Load(0x3100, 0x1100, 0x0200, 0x0200, PF_R | PF_X)}),
            (Lines{
                "0+1000 file 0+1000 r--",
                "1000+1000 file 3000+1000 r-x",
                "2000+1000 file 2000+1000 r--",
            }));
}

TEST(Layout, OutOfOrder) {
  EXPECT_EQ(
      LaidOut({Load(0x1000, 0x1000, 0x20, 0x20, PF_R | PF_X), Load(0, 0, 0x100, 0x100, PF_R)}),
      (Lines{"0+1000 file 0+1000 r--", "1000+1000 file 1000+1000 r-x"}));
}

TEST(Layout, OneOverTheOther) {
  EXPECT_EQ(LaidOut({Load(0, 0x400000, 0x158, 0x158, PF_R),
                     Load(0x1000, 0x400000, 0x222, 0x222, PF_R | PF_X)}),
            Lines{"400000+1000 file 1000+1000 r-x"});
}

// Zeroes are mapped like any other pages.
TEST(Layout, Zeroes) {
  // The later one's bytes are over the earlier one's zeroes.
  EXPECT_EQ(
      LaidOut({Load(0, 0, 0x500, 0x1800, PF_R), Load(0x1000, 0x1000, 0x20, 0x20, PF_R | PF_X)}),
      (Lines{"0+1000 file 0+500 r--", "1000+1000 file 1000+1000 r-x"}));
  // The other way round.
  EXPECT_EQ(
      LaidOut({Load(0x1000, 0x1000, 0x20, 0x20, PF_R | PF_X), Load(0, 0, 0x500, 0x1800, PF_R)}),
      Lines{"0+2000 file 0+500 r--"});
  // Only zeroes, whose offset means nothing.
  EXPECT_EQ(LaidOut({Load(0, 0, 0x2000, 0x2000, PF_R), Load(0x77, 0x1800, 0, 0x10, PF_R | PF_W)}),
            (Lines{"0+1000 file 0+1000 r--", "1000+1000 file 77+0 rw-"}));
}

// A page of the file is mapped as a whole, as far as the file goes.
TEST(Layout, EndOfTheFile) {
  EXPECT_EQ(
      LaidOut({Load(0, 0, 0x500, 0x500, PF_R), Load(0x500, 0x500, 0x100, 0x100, PF_R)}, 0x700),
      Lines{"0+1000 file 0+700 r--"});
}

TEST(Layout, OtherHeadersStay) {
  elf::Phdr note = Load(0x40, 0x40, 0x10, 0x10, PF_R);
  note.p_type = PT_NOTE;
  const std::vector<elf::Phdr> phdrs = {Load(0x1000, 0x1000, 0x20, 0x20, PF_R), note,
                                        Load(0, 0, 0x100, 0x100, PF_R)};
  std::vector<elf::Phdr> room(elf::LayoutRoom(phdrs));
  const std::span<const elf::Phdr> mapped = elf::LayOut(phdrs, kFileSize, room);
  ASSERT_EQ(mapped.size(), 3u);
  EXPECT_EQ(mapped[2].p_type, uint32_t{PT_NOTE});
  EXPECT_EQ(mapped[2].p_vaddr, 0x40u);
}

// As many as a table can have. If each of them were compared with all others, this would take
// minutes.
TEST(Layout, LargestTable) {
  constexpr uint64_t kCount = 65535;
  std::vector<elf::Phdr> phdrs;
  for (uint64_t i = 0; i < kCount; ++i) {
    const uint64_t start = i * kPageSize;
    phdrs.push_back(Load(start, start, kPageSize, (2 * kCount - 2 * i) * kPageSize, PF_R));
  }
  std::vector<elf::Phdr> room(elf::LayoutRoom(phdrs));
  // Each is inside the one before it.
  std::span<const elf::Phdr> mapped = elf::LayOut(phdrs, kCount * kPageSize, room);
  ASSERT_EQ(mapped.size(), 2 * kCount - 1);
  EXPECT_EQ(mapped[kCount - 1].p_vaddr, (kCount - 1) * kPageSize);
  EXPECT_EQ(mapped[kCount - 1].p_memsz, 2 * kPageSize);
  EXPECT_EQ(elf::LayoutRoom(mapped), 0u);
  // The other way round, the largest is over all others.
  std::reverse(phdrs.begin(), phdrs.end());
  mapped = elf::LayOut(phdrs, kCount * kPageSize, room);
  ASSERT_EQ(mapped.size(), 1u);
  EXPECT_EQ(mapped[0].p_memsz, 2 * kCount * kPageSize);
}

// Random PT_LOADs, against pages that are written over each other as the kernel does it.
TEST(Layout, IsWhatTheKernelMakes) {
  struct Page {
    uint32_t flags = 0;
    uint64_t from_file = UINT64_MAX;  // the offset of its first byte, if it has one
    bool operator==(const Page&) const = default;
  };
  constexpr uint64_t kPages = 16;
  const auto map = [](std::span<const elf::Phdr> phdrs) {
    std::vector<Page> pages(kPages);
    for (const elf::Phdr& load : elf::LoadSegments(phdrs)) {
      for (uint64_t page = elf::FirstPage(load); page < elf::PagesEnd(load); page += kPageSize) {
        const bool has_file = load.p_filesz != 0 && page < load.p_vaddr + load.p_filesz;
        pages.at(page / kPageSize) = {load.p_flags,
                                      has_file ? load.p_offset - load.p_vaddr + page : UINT64_MAX};
      }
    }
    return pages;
  };
  std::mt19937_64 random(1);
  for (int i = 0; i < 2000; ++i) {
    std::vector<elf::Phdr> phdrs;
    for (uint32_t flags = 1; flags <= 1 + random() % 7; ++flags) {
      const uint64_t vaddr = random() % ((kPages - 1) * kPageSize);
      const uint64_t memsz = 1 + random() % (kPages * kPageSize - vaddr);
      const uint64_t filesz = random() % 3 == 0 ? memsz : random() % (memsz + 1);
      phdrs.push_back(Load(vaddr + random() % 4 * kPageSize, vaddr, filesz, memsz, flags));
    }
    std::vector<elf::Phdr> room(elf::LayoutRoom(phdrs));
    const std::span<const elf::Phdr> mapped = elf::LayOut(phdrs, kFileSize, room);
    ASSERT_EQ(map(mapped), map(phdrs)) << i;
    EXPECT_EQ(elf::LayoutRoom(mapped), 0u) << i;
  }
}

}  // namespace
}  // namespace signet::test
