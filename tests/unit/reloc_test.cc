// SPDX-License-Identifier: MIT
//
// Relocations as data: fields, names, widths, and the packed DT_RELR form.
#include "elf/reloc.h"

#include <gtest/gtest.h>

#include <vector>

namespace signet::test {
namespace {

TEST(Reloc, FieldsAreTheHalvesOfInfo) {
  const elf::Rela rela = {.r_offset = 0, .r_info = 0x12345678'9abcdef0, .r_addend = 0};
  EXPECT_EQ(elf::RelocType(rela), 0x9abcdef0u);
  EXPECT_EQ(elf::RelocSymbol(rela), 0x12345678u);
}

struct Type {
  uint32_t type;
  const char* name;
  uint64_t width;
};

// psABI, table "Relocation Types": those that an executable or shared object may have.
constexpr Type kTypes[] = {
    {R_X86_64_NONE, "R_X86_64_NONE", 0},
    {R_X86_64_64, "R_X86_64_64", 8},
    {R_X86_64_PC32, "R_X86_64_PC32", 4},
    {R_X86_64_COPY, "R_X86_64_COPY", 0},
    {R_X86_64_GLOB_DAT, "R_X86_64_GLOB_DAT", 8},
    {R_X86_64_JUMP_SLOT, "R_X86_64_JUMP_SLOT", 8},
    {R_X86_64_RELATIVE, "R_X86_64_RELATIVE", 8},
    {R_X86_64_32, "R_X86_64_32", 4},
    {R_X86_64_DTPMOD64, "R_X86_64_DTPMOD64", 8},
    {R_X86_64_DTPOFF64, "R_X86_64_DTPOFF64", 8},
    {R_X86_64_TPOFF64, "R_X86_64_TPOFF64", 8},
    {R_X86_64_PC64, "R_X86_64_PC64", 8},
    {R_X86_64_SIZE32, "R_X86_64_SIZE32", 4},
    {R_X86_64_SIZE64, "R_X86_64_SIZE64", 8},
    {R_X86_64_TLSDESC, "R_X86_64_TLSDESC", 16},
    {R_X86_64_IRELATIVE, "R_X86_64_IRELATIVE", 8},
    {R_X86_64_RELATIVE64, "R_X86_64_RELATIVE64", 8},
};

TEST(Reloc, TypesHaveNamesAndWidths) {
  for (const Type& expected : kTypes) {
    EXPECT_EQ(elf::RelocName(expected.type), expected.name);
    EXPECT_EQ(elf::RelocWidth(expected.type), expected.width) << expected.name;
    EXPECT_TRUE(elf::IsDynamicReloc(expected.type)) << expected.name;
    EXPECT_LT(expected.type, elf::kRelocTypeCount);
  }
}

TEST(Reloc, OtherTypesHaveNoPlaceHere) {
  for (uint32_t type = 0; type < 300; ++type) {
    bool known = false;
    for (const Type& expected : kTypes) known |= expected.type == type;
    if (known) continue;
    EXPECT_EQ(elf::RelocName(type), "") << type;
    EXPECT_FALSE(elf::IsDynamicReloc(type)) << type;
  }
  EXPECT_FALSE(elf::IsDynamicReloc(UINT32_MAX));
  EXPECT_FALSE(elf::IsDynamicReloc(64 + R_X86_64_64));
}

TEST(Reloc, TwoTypesAreSizes) {
  for (const Type& expected : kTypes) {
    EXPECT_EQ(elf::IsSizeReloc(expected.type),
              expected.type == R_X86_64_SIZE32 || expected.type == R_X86_64_SIZE64);
  }
}

std::vector<uint64_t> Words(std::vector<elf::Relr> entries) {
  std::vector<uint64_t> words;
  EXPECT_TRUE(elf::ForEachRelr(entries, [&](uint64_t vaddr) {
    words.push_back(vaddr);
    return true;
  }));
  return words;
}

TEST(Relr, NothingIsNothing) { EXPECT_TRUE(Words({}).empty()); }

TEST(Relr, EvenEntriesAreAddresses) {
  EXPECT_EQ(Words({0x1000, 0x2000, 0x1008}), (std::vector<uint64_t>{0x1000, 0x2000, 0x1008}));
}

// Bit 0 marks a bitmap; bit 1 stands for the word behind the last address.
TEST(Relr, BitmapsFollowAnAddress) {
  EXPECT_EQ(Words({0x1000, 0b11}), (std::vector<uint64_t>{0x1000, 0x1008}));
  EXPECT_EQ(Words({0x1000, 0b1011}), (std::vector<uint64_t>{0x1000, 0x1008, 0x1018}));
  EXPECT_EQ(Words({0x1000, 1}), (std::vector<uint64_t>{0x1000}));
}

TEST(Relr, LastBitIsTheSixtyThirdWord) {
  EXPECT_EQ(Words({0x1000, uint64_t{1} << 63 | 1}),
            (std::vector<uint64_t>{0x1000, 0x1008 + 62 * 8}));
  EXPECT_EQ(Words({0x1000, UINT64_MAX}).size(), 64u);
}

TEST(Relr, BitmapsFollowBitmaps) {
  EXPECT_EQ(Words({0x1000, 1, 0b11}), (std::vector<uint64_t>{0x1000, 0x1008 + 63 * 8}));
  EXPECT_EQ(Words({0x1000, 1, 1, 0b101, 0x9000, 0b11}),
            (std::vector<uint64_t>{0x1000, 0x1010 + 126 * 8, 0x9000, 0x9008}));
}

// Malformed, but the visitor checks each address.
TEST(Relr, ABitmapInFrontStartsAtZero) { EXPECT_EQ(Words({0b111}), (std::vector<uint64_t>{0, 8})); }

TEST(Relr, AddressesMayWrapAround) {
  EXPECT_EQ(Words({UINT64_MAX - 1, 0b11}), (std::vector<uint64_t>{UINT64_MAX - 1, 6}));
}

TEST(Relr, AVisitorMayStop) {
  int visits = 0;
  EXPECT_FALSE(elf::ForEachRelr(std::vector<elf::Relr>{0x1000, 0b1111, 0x2000},
                                [&](uint64_t) { return ++visits != 3; }));
  EXPECT_EQ(visits, 3);
}

}  // namespace
}  // namespace signet::test
