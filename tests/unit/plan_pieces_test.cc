// SPDX-License-Identifier: MIT
//
// Into which pieces the loader cuts the span of a module before it maps them.
#include "loader/load/plan_pieces.h"

#include <gtest/gtest.h>
#include <sys/mman.h>

#include <cstdio>
#include <string>
#include <vector>

namespace signet::test {
namespace {

elf::Phdr Load(uint64_t offset, uint64_t vaddr, uint64_t filesz, uint64_t memsz, uint32_t flags) {
  elf::Phdr phdr = {};
  phdr.p_type = PT_LOAD;
  phdr.p_flags = flags;
  phdr.p_offset = offset;
  phdr.p_vaddr = vaddr;
  phdr.p_filesz = filesz;
  phdr.p_memsz = memsz;
  phdr.p_align = kPageSize;
  return phdr;
}

elf::Phdr Relro(uint64_t vaddr, uint64_t end) {
  elf::Phdr phdr = {};
  phdr.p_type = PT_GNU_RELRO;
  phdr.p_flags = PF_R;
  phdr.p_vaddr = vaddr;
  phdr.p_memsz = end - vaddr;
  return phdr;
}

// "3000-6000 rw- read 2000 to 3030 populated": a piece in the words of /proc/self/maps.
std::string Text(const Piece& piece) {
  char text[128];
  std::snprintf(text, sizeof text, "%lx-%lx %c%c%c", piece.from, piece.to,
                (piece.protection & PROT_READ) != 0 ? 'r' : '-',
                (piece.protection & PROT_WRITE) != 0 ? 'w' : '-',
                (piece.protection & PROT_EXEC) != 0 ? 'x' : '-');
  std::string result = text;
  switch (piece.source) {
    case Piece::Source::kGap:
      result += " gap";
      break;
    case Piece::Source::kZero:
      result += " zero";
      break;
    case Piece::Source::kFile:
    case Piece::Source::kRead:
      std::snprintf(text, sizeof text, " %s %lx to %lx",
                    piece.source == Piece::Source::kFile ? "file" : "read", piece.offset,
                    piece.data_end);
      result += text;
      break;
  }
  if (piece.clear_tail) result += " cleared";
  return piece.populate ? result + " populated" : result;
}

std::vector<std::string> Plan(const std::vector<elf::Phdr>& phdrs) {
  elf::ProgramHeaders headers;
  std::vector<elf::Phdr> room(elf::LayoutRoom(phdrs));
  const elf::Check bad = elf::ReadProgramHeaders(phdrs, UINT64_MAX, room, headers);
  EXPECT_FALSE(bad);
  std::vector<std::string> pieces;
  uint64_t end = headers.start;
  EXPECT_TRUE(ForEachPiece(headers, [&](const Piece& piece) {
    EXPECT_EQ(piece.from % kPageSize, 0u);
    EXPECT_EQ(piece.to % kPageSize, 0u);
    EXPECT_LT(piece.from, piece.to);
    EXPECT_EQ(piece.from, end);
    end = piece.to;
    pieces.push_back(Text(piece));
    return true;
  }));
  EXPECT_EQ(end, headers.end);
  return pieces;
}

using Pieces = std::vector<std::string>;

// The example in plan_pieces.cc.
TEST(PlanPieces, WorkedExample) {
  EXPECT_EQ(Plan({Load(0x0000, 0x0000, 0x0628, 0x0628, PF_R),
                  Load(0x1000, 0x1000, 0x0315, 0x0315, PF_R | PF_X),
                  Load(0x2000, 0x2000, 0x0154, 0x0154, PF_R),
                  Load(0x2de0, 0x3de0, 0x0250, 0x1300, PF_R | PF_W), Relro(0x3de0, 0x4000)}),
            (Pieces{
                "0-1000 r-- file 0 to 628",
                "1000-2000 r-x file 1000 to 1315",
                "2000-3000 r-- file 2000 to 2154",
                "3000-4000 rw- read 2000 to 4000 populated",
                "4000-5000 rw- file 3000 to 4030 cleared populated",
                "5000-6000 rw- zero",
            }));
}

TEST(PlanPieces, DataWithoutRelro) {
  EXPECT_EQ(Plan({Load(0x2de0, 0x3de0, 0x0250, 0x0300, PF_R | PF_W)}),
            Pieces{"3000-5000 rw- file 2000 to 4030 cleared populated"});
  EXPECT_EQ(Plan({Load(0x1000, 0x1000, 0x9010, 0xb100, PF_R | PF_W)}),
            (Pieces{
                "1000-b000 rw- file 1000 to a010 cleared",
                "b000-d000 rw- zero",
            }));
}

// More than four pages of data are not populated.
TEST(PlanPieces, LargeData) {
  EXPECT_EQ(Plan({Load(0x2de0, 0x3de0, 0x9220, 0xb000, PF_R | PF_W), Relro(0x3de0, 0x5000)}),
            (Pieces{
                "3000-5000 rw- read 2000 to 5000 populated",
                "5000-d000 rw- file 4000 to d000",
                "d000-f000 rw- zero",
            }));
}

// The last page of RELRO is data, too, where RELRO ends within it.
TEST(PlanPieces, RelroEndsWithinAPage) {
  EXPECT_EQ(Plan({Load(0x2de0, 0x3de0, 0x1520, 0x1520, PF_R | PF_W), Relro(0x3de0, 0x4800)}),
            (Pieces{
                "3000-4000 rw- read 2000 to 4000 populated",
                "4000-6000 rw- file 3000 to 5300 cleared populated",
            }));
  EXPECT_EQ(Plan({Load(0x2000, 0x3000, 0x0200, 0x0200, PF_R | PF_W), Relro(0x3000, 0x3100)}),
            Pieces{"3000-4000 rw- file 2000 to 3200 cleared populated"});
}

// RELRO counts only in its own segment.
TEST(PlanPieces, RelroOfAnotherSegment) {
  EXPECT_EQ(Plan({Load(0x0000, 0x0000, 0x1000, 0x1000, PF_R | PF_W),
                  Load(0x1000, 0x1000, 0x9000, 0x9000, PF_R | PF_W), Relro(0x0000, 0x1000)}),
            (Pieces{
                "0-1000 rw- read 0 to 1000 populated",
                "1000-a000 rw- file 1000 to a000",
            }));
}

// lld rounds the end of RELRO up to the page, behind the bytes of the file, and behind its pages.
TEST(PlanPieces, ReadsNoMoreThanTheFileHas) {
  EXPECT_EQ(Plan({Load(0x1000, 0x1000, 0x8f00, 0x9000, PF_R | PF_W), Relro(0x1000, 0xa000)}),
            Pieces{"1000-a000 rw- read 1000 to 9f00 populated"});
  EXPECT_EQ(Plan({Load(0x1000, 0x1000, 0x8f00, 0xa000, PF_R | PF_W), Relro(0x1000, 0xa000)}),
            (Pieces{
                "1000-a000 rw- read 1000 to 9f00 populated",
                "a000-b000 rw- zero",
            }));
}

TEST(PlanPieces, Gap) {
  EXPECT_EQ(Plan({Load(0x0000, 0x0000, 0x0500, 0x0500, PF_R),
                  Load(0x0e00, 0x200e00, 0x0010, 0x0010, PF_R | PF_W)}),
            (Pieces{
                "0-1000 r-- file 0 to 500",
                "1000-200000 --- gap",
                "200000-201000 rw- file 0 to 200e10 cleared populated",
            }));
}

TEST(PlanPieces, OnlyZeroes) {
  EXPECT_EQ(Plan({Load(0x0000, 0x0000, 0x0500, 0x0500, PF_R),
                  Load(0x7000, 0x1000, 0x0000, 0x2800, PF_R | PF_W)}),
            (Pieces{
                "0-1000 r-- file 0 to 500",
                "1000-4000 rw- zero",
            }));
}

// .bss of a read-only segment is rare, so it is not worth a mapping of its own. At most one whole
// page behind the bytes of the file may be populated for nothing.
TEST(PlanPieces, ReadOnlyZeroes) {
  EXPECT_EQ(Plan({Load(0x1000, 0x1000, 0x9000, 0xa000, PF_R)}),
            Pieces{"1000-b000 r-- read 1000 to a000 populated"});
  EXPECT_EQ(Plan({Load(0x1000, 0x1000, 0x9000, 0xb000, PF_R)}),
            Pieces{"1000-c000 r-- read 1000 to a000"});
}

TEST(PlanPieces, WritableCode) {
  EXPECT_EQ(Plan({Load(0x1000, 0x1000, 0x9000, 0xb000, PF_R | PF_W | PF_X)}),
            (Pieces{
                "1000-a000 rwx file 1000 to a000",
                "a000-c000 rwx zero",
            }));
}

// No byte of an executable segment is a copy: only a mapping of the file asks the kernel whether
// the file may be executed.
TEST(PlanPieces, CodeIsMapped) {
  EXPECT_EQ(Plan({Load(0x1000, 0x1000, 0x0100, 0x0100, PF_R | PF_W | PF_X)}),
            Pieces{"1000-2000 rwx file 1000 to 1100 cleared"});
  EXPECT_EQ(Plan({Load(0x1000, 0x1000, 0x0100, 0x2000, PF_R | PF_X)}),
            (Pieces{
                "1000-2000 r-x file 1000 to 1100 cleared",
                "2000-3000 r-x zero",
            }));
  EXPECT_EQ(Plan({Load(0x1000, 0x1000, 0x2100, 0x2200, PF_R | PF_W | PF_X), Relro(0x1000, 0x2000)}),
            Pieces{"1000-4000 rwx file 1000 to 3100 cleared"});
}

// The page is the later one's, and so is what the file has there of the earlier one.
TEST(PlanPieces, SegmentsThatShareAPage) {
  EXPECT_EQ(Plan({Load(0x0000, 0x0000, 0x0500, 0x0500, PF_R),
                  Load(0x0500, 0x0500, 0x0100, 0x0100, PF_R | PF_X)}),
            Pieces{"0-1000 r-x file 0 to 1000"});
  // Variables have pages of their own.
  EXPECT_EQ(Plan({Load(0x0000, 0x0000, 0x1500, 0x1500, PF_R | PF_X),
                  Load(0x1500, 0x1500, 0x0100, 0x0200, PF_R | PF_W)}),
            (Pieces{
                "0-1000 r-x file 0 to 1000",
                "1000-2000 rw- file 1000 to 1600 cleared populated",
            }));
}

TEST(PlanPieces, StopsWhenTheVisitorSaysSo) {
  const std::vector<elf::Phdr> phdrs = {Load(0x0000, 0x0000, 0x0500, 0x0500, PF_R),
                                        Load(0x1000, 0x1000, 0x0500, 0x0500, PF_R | PF_X)};
  elf::ProgramHeaders headers;
  ASSERT_FALSE(elf::ReadProgramHeaders(phdrs, UINT64_MAX, {}, headers));
  int count = 0;
  EXPECT_FALSE(ForEachPiece(headers, [&](const Piece&) { return ++count == 0; }));
  EXPECT_EQ(count, 1);
}

}  // namespace
}  // namespace signet::test
