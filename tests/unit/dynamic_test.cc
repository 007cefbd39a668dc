// SPDX-License-Identifier: MIT
//
// PT_DYNAMIC: every tag that Signet reads, valid and damaged.
#include "elf/dynamic.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <vector>

#include "tests/unit/module_memory.h"
#include "tests/unit/problem_text.h"

namespace signet::test {
namespace {

// [0x1000, 0x1400) R: tables; [0x2000, 0x2800) RX: code; [0x2800, 0x2900) RW: data.
constexpr uint64_t kStrings = 0x1000;
constexpr std::string_view kNames("\0libfoo.so.1\0libc.so.6\0/opt/lib\0foo\0", 36);
enum Name : uint64_t { kSoname = 1, kLibc = 13, kPath = 23, kFoo = 32 };

constexpr uint64_t kSymbols = 0x1030;  // 3 entries
constexpr uint64_t kHash = 0x1078;     // 6 words
constexpr uint64_t kVersym = 0x1090;
constexpr uint64_t kGnuHash = 0x10a0;  // 8 words
constexpr uint64_t kVerdef = 0x10c0;
constexpr uint64_t kVerneed = 0x10e0;
constexpr uint64_t kRela = 0x1100;    // 3 entries
constexpr uint64_t kJmprel = 0x1148;  // 2 entries
constexpr uint64_t kRelr = 0x1178;    // 2 entries
constexpr uint64_t kTablesEnd = 0x1400;
constexpr uint64_t kCode = 0x2000;
constexpr uint64_t kData = 0x2800;  // where the segment before it ends
constexpr uint64_t kDataEnd = 0x2900;

class DynamicTest : public testing::Test {
 public:
  DynamicTest() {
    memory_.PutText(kStrings, kNames);
    memory_.Put<uint32_t>(kHash, {1, 3, 1, 0, 2, 0});
    memory_.Put<uint32_t>(kGnuHash, {1, 1, 1, 0, UINT32_MAX, UINT32_MAX, 1, 0x10});
    memory_.At<uint32_t>(kGnuHash, 8) = 0x11;
  }

  // The value of a tag. The tag is added if it is missing.
  uint64_t& Tag(int64_t tag) {
    const auto found = std::ranges::find(entries_, tag, &elf::Dyn::d_tag);
    if (found != entries_.end()) return found->d_un.d_val;
    entries_.push_back({.d_tag = tag, .d_un = {.d_val = 0}});
    return entries_.back().d_un.d_val;
  }
  void Remove(int64_t tag) {
    std::erase_if(entries_, [tag](const elf::Dyn& dyn) { return dyn.d_tag == tag; });
  }

  // Tags as a linker writes them.
  void MakeSound() {
    entries_ = {
        {DT_NEEDED, {kLibc}},
        {DT_SONAME, {kSoname}},
        {DT_RUNPATH, {kPath}},
        {DT_STRTAB, {kStrings}},
        {DT_STRSZ, {kNames.size()}},
        {DT_SYMTAB, {kSymbols}},
        {DT_SYMENT, {24}},
        {DT_GNU_HASH, {kGnuHash}},
        {DT_VERSYM, {kVersym}},
        {DT_VERDEF, {kVerdef}},
        {DT_VERDEFNUM, {1}},
        {DT_VERNEED, {kVerneed}},
        {DT_VERNEEDNUM, {1}},
        {DT_RELA, {kRela}},
        {DT_RELASZ, {3 * 24}},
        {DT_RELAENT, {24}},
        {DT_RELACOUNT, {2}},
        {DT_PLTGOT, {kData}},
        {DT_JMPREL, {kJmprel}},
        {DT_PLTRELSZ, {2 * 24}},
        {DT_PLTREL, {DT_RELA}},
        {DT_RELR, {kRelr}},
        {DT_RELRSZ, {2 * 8}},
        {DT_RELRENT, {8}},
        {DT_INIT, {kCode}},
        {DT_FINI, {kCode + 0x7ff}},
        {DT_PREINIT_ARRAY, {kData}},
        {DT_PREINIT_ARRAYSZ, {8}},
        {DT_INIT_ARRAY, {0x2808}},
        {DT_INIT_ARRAYSZ, {16}},
        {DT_FINI_ARRAY, {0x28f8}},
        {DT_FINI_ARRAYSZ, {8}},
        {DT_DEBUG, {0}},
        {DT_FLAGS, {DF_BIND_NOW}},
        {DT_FLAGS_1, {DF_1_NOW | DF_1_PIE}},
    };
  }

  std::string Read() { return Text(elf::ReadDynamic(memory_.image(), entries_, dynamic_)); }

  std::vector<elf::Dyn> entries_;
  elf::Dynamic dynamic_;
  ModuleMemory memory_{{ModuleMemory::Load(0x1000, kTablesEnd - 0x1000, PF_R),
                        ModuleMemory::Load(kCode, kData - kCode, PF_R | PF_X),
                        ModuleMemory::Load(kData, kDataEnd - kData, PF_R | PF_W)},
                       0x3000};
};

TEST_F(DynamicTest, NoTagsAreAllRight) {
  EXPECT_EQ(Read(), "ok");
  EXPECT_EQ(dynamic_.soname, nullptr);
  EXPECT_EQ(dynamic_.rpath, nullptr);
  EXPECT_EQ(dynamic_.runpath, nullptr);
  EXPECT_FALSE(dynamic_.gnu_hash);
  EXPECT_FALSE(dynamic_.sysv_hash);
  EXPECT_TRUE(dynamic_.symbols.empty());
  EXPECT_TRUE(dynamic_.rela.empty());
  EXPECT_EQ(dynamic_.needed_count, 0u);
}

TEST_F(DynamicTest, TablesAreWhereTheTagsSay) {
  MakeSound();
  ASSERT_EQ(Read(), "ok");
  const auto at = [&](uint64_t vaddr) -> const void* { return &memory_.At<char>(vaddr); };
  EXPECT_EQ(dynamic_.entries.data(), entries_.data());
  EXPECT_STREQ(dynamic_.soname, "libfoo.so.1");
  EXPECT_STREQ(dynamic_.runpath, "/opt/lib");
  EXPECT_EQ(dynamic_.rpath, nullptr);
  EXPECT_EQ(dynamic_.strings.size(), kNames.size());
  EXPECT_EQ(dynamic_.symbols.data(), at(kSymbols));
  EXPECT_TRUE(dynamic_.gnu_hash);
  EXPECT_FALSE(dynamic_.sysv_hash);
  EXPECT_EQ(dynamic_.versym.data(), at(kVersym));
  EXPECT_EQ(dynamic_.versym.size(), dynamic_.symbols.size());
  EXPECT_EQ(dynamic_.verdef, kVerdef);
  EXPECT_EQ(dynamic_.verneed, kVerneed);
  EXPECT_EQ(dynamic_.rela.data(), at(kRela));
  EXPECT_EQ(dynamic_.rela.size(), 3u);
  EXPECT_EQ(dynamic_.relative_count, 2u);
  EXPECT_EQ(dynamic_.jmprel.data(), at(kJmprel));
  EXPECT_EQ(dynamic_.jmprel.size(), 2u);
  EXPECT_EQ(dynamic_.relr.data(), at(kRelr));
  EXPECT_EQ(dynamic_.relr.size(), 2u);
  EXPECT_EQ(dynamic_.init, kCode);
  EXPECT_EQ(dynamic_.fini, kCode + 0x7ff);
  EXPECT_EQ(dynamic_.preinit_array.data(), at(kData));
  EXPECT_EQ(dynamic_.preinit_array.size(), 1u);
  EXPECT_EQ(dynamic_.init_array.size(), 2u);
  EXPECT_EQ(dynamic_.fini_array.size(), 1u);
  EXPECT_EQ(dynamic_.flags, uint64_t{DF_BIND_NOW});
  EXPECT_EQ(dynamic_.flags_1, uint64_t{DF_1_NOW | DF_1_PIE});
  EXPECT_EQ(dynamic_.needed_count, 1u);
}

TEST_F(DynamicTest, IsReadAfreshEachTime) {
  MakeSound();
  ASSERT_EQ(Read(), "ok");
  entries_.clear();
  ASSERT_EQ(Read(), "ok");
  EXPECT_EQ(dynamic_.needed_count, 0u);
  EXPECT_EQ(dynamic_.soname, nullptr);
  EXPECT_FALSE(dynamic_.gnu_hash);
}

TEST_F(DynamicTest, TagsAreFoldedIntoFlags) {
  Tag(DT_SYMBOLIC) = Tag(DT_TEXTREL) = Tag(DT_BIND_NOW) = 0;
  Tag(DT_FLAGS) = DF_STATIC_TLS;
  ASSERT_EQ(Read(), "ok");
  EXPECT_EQ(dynamic_.flags, uint64_t{DF_SYMBOLIC | DF_TEXTREL | DF_BIND_NOW | DF_STATIC_TLS});
}

TEST_F(DynamicTest, RpathCountsWithoutRunpath) {
  MakeSound();
  Tag(DT_RPATH) = kFoo;
  ASSERT_EQ(Read(), "ok");
  EXPECT_EQ(dynamic_.rpath, nullptr);
  Remove(DT_RUNPATH);
  ASSERT_EQ(Read(), "ok");
  EXPECT_STREQ(dynamic_.rpath, "foo");
}

TEST_F(DynamicTest, NeededAreCounted) {
  MakeSound();
  entries_.insert(entries_.begin(), 3, elf::Dyn{DT_NEEDED, {kFoo}});
  ASSERT_EQ(Read(), "ok");
  EXPECT_EQ(dynamic_.needed_count, 4u);
}

TEST_F(DynamicTest, SizesOfZeroAreNoTables) {
  MakeSound();
  for (int64_t tag : {DT_RELASZ, DT_RELACOUNT, DT_PLTRELSZ, DT_RELRSZ, DT_PREINIT_ARRAYSZ,
                      DT_INIT_ARRAYSZ, DT_FINI_ARRAYSZ}) {
    Tag(tag) = 0;
  }
  Tag(DT_RELA) = Tag(DT_JMPREL) = Tag(DT_INIT_ARRAY) = UINT64_MAX;
  EXPECT_EQ(Read(), "ok");
  EXPECT_TRUE(dynamic_.rela.empty());
  EXPECT_TRUE(dynamic_.init_array.empty());
}

TEST_F(DynamicTest, TablesMayEndTheirSegment) {
  MakeSound();
  Tag(DT_RELA) = kTablesEnd - 72;
  Tag(DT_STRTAB) = kTablesEnd - kNames.size();
  memory_.PutText(kTablesEnd - kNames.size(), kNames);
  Tag(DT_FINI) = kCode + 0x7ff;
  EXPECT_EQ(Read(), "ok");
  EXPECT_STREQ(dynamic_.soname, "libfoo.so.1");
}

TEST_F(DynamicTest, DtHashStatesTheNumberOfSymbols) {
  MakeSound();
  Tag(DT_HASH) = kHash;
  ASSERT_EQ(Read(), "ok");
  EXPECT_FALSE(dynamic_.sysv_hash) << "DT_GNU_HASH is preferred";
  EXPECT_EQ(dynamic_.symbols.size(), 3u);
  Remove(DT_GNU_HASH);
  ASSERT_EQ(Read(), "ok");
  EXPECT_TRUE(dynamic_.sysv_hash);
  EXPECT_EQ(dynamic_.symbols.size(), 3u);
}

TEST_F(DynamicTest, DtGnuHashEndsWithTheLastSymbol) {
  MakeSound();
  ASSERT_EQ(Read(), "ok");
  EXPECT_EQ(dynamic_.symbols.size(), 3u);
}

TEST_F(DynamicTest, StringsAreTakenToFollowTheSymbols) {
  MakeSound();
  Remove(DT_GNU_HASH);
  Tag(DT_STRTAB) = 0x1300;
  memory_.PutText(0x1300, kNames);
  ASSERT_EQ(Read(), "ok");
  EXPECT_EQ(dynamic_.symbols.size(), (0x1300 - kSymbols) / 24);
  Tag(DT_SYMTAB) = 0x1390;
  ASSERT_EQ(Read(), "ok");
  EXPECT_EQ(dynamic_.symbols.size(), (kTablesEnd - 0x1390) / 24);
}

TEST_F(DynamicTest, NumberOfSymbolsIsBoundedByTheSegment) {
  MakeSound();
  Tag(DT_HASH) = kHash;
  memory_.At<uint32_t>(kHash, 1) = UINT32_MAX;
  ASSERT_EQ(Read(), "ok");
  EXPECT_EQ(dynamic_.symbols.size(), (kTablesEnd - kSymbols) / 24);
}

TEST_F(DynamicTest, EntriesEndAtNull) {
  memory_.Put<elf::Dyn>(kData, {{DT_NEEDED, {1}}, {DT_DEBUG, {0}}, {DT_NULL, {0}}, {99, {0}}});
  elf::Phdr phdr = ModuleMemory::Load(kData, 0x100, PF_R | PF_W);
  EXPECT_EQ(elf::DynamicEntries(memory_.image(), phdr).size(), 2u);
}

TEST_F(DynamicTest, EntriesEndWithTheSegment) {
  for (uint64_t i = 0; i < 16; ++i) memory_.At<elf::Dyn>(kData, i) = {DT_DEBUG, {0}};
  elf::Phdr phdr = ModuleMemory::Load(kData, 0x100, PF_R | PF_W);
  EXPECT_EQ(elf::DynamicEntries(memory_.image(), phdr).size(), 16u);
  phdr.p_memsz = 0x2f;  // half an entry too few
  EXPECT_EQ(elf::DynamicEntries(memory_.image(), phdr).size(), 2u);
  phdr.p_memsz = 0;
  EXPECT_TRUE(elf::DynamicEntries(memory_.image(), phdr).empty());
}

struct Case {
  const char* name;
  void (*spoil)(DynamicTest& test);
  const char* text;
};

void PrintTo(const Case& spoiled, std::ostream* stream) { *stream << spoiled.name; }

constexpr Case kCases[] = {
    {"syment", [](DynamicTest& test) { test.Tag(DT_SYMENT) = 16; }, "DT_SYMENT is 16, expected 24"},
    {"relaent", [](DynamicTest& test) { test.Tag(DT_RELAENT) = 0; },
     "DT_RELAENT is 0, expected 24"},
    {"relrent", [](DynamicTest& test) { test.Tag(DT_RELRENT) = 4; }, "DT_RELRENT is 4, expected 8"},
    {"pltrel", [](DynamicTest& test) { test.Tag(DT_PLTREL) = DT_REL; },
     "DT_PLTREL is 17, expected 7"},
    {"rel", [](DynamicTest& test) { test.Tag(DT_REL) = kRela; },
     "DT_REL is 0x1100, but x86-64 has only DT_RELA"},
    {"relacount", [](DynamicTest& test) { test.Tag(DT_RELACOUNT) = 4; },
     "DT_RELACOUNT is 4, expected at most 3"},

    {"strtab_outside", [](DynamicTest& test) { test.Tag(DT_STRTAB) = 0x4000; },
     "DT_STRTAB is 0x4000, outside every readable segment; its size is 0x24"},
    {"strtab_wraps_around", [](DynamicTest& test) { test.Tag(DT_STRTAB) = UINT64_MAX; },
     "DT_STRTAB is 0xffffffffffffffff, outside every readable segment; its size is 0x24"},
    {"strsz_reaches_outside", [](DynamicTest& test) { test.Tag(DT_STRSZ) = 0x401; },
     "DT_STRSZ is 0x401, expected at most 0x400"},
    {"strsz_wraps_around", [](DynamicTest& test) { test.Tag(DT_STRSZ) = UINT64_MAX; },
     "DT_STRSZ is 0xffffffffffffffff, expected at most 0x400"},
    {"strsz_0", [](DynamicTest& test) { test.Tag(DT_STRSZ) = 0; },
     "DT_STRSZ is 0, expected at least 1"},
    {"strtab_unterminated", [](DynamicTest& test) { test.Tag(DT_STRSZ) = kFoo + 2; },
     "DT_STRTAB does not end in NUL: its last byte is 0x6f, DT_STRSZ is 0x22"},
    {"strtab_missing", [](DynamicTest& test) { test.Tag(DT_STRTAB) = 0; },
     "DT_SONAME is 0x1, expected less than DT_STRSZ, which is 0x0"},
    {"soname", [](DynamicTest& test) { test.Tag(DT_SONAME) = 36; },
     "DT_SONAME is 0x24, expected less than DT_STRSZ, which is 0x24"},
    {"runpath", [](DynamicTest& test) { test.Tag(DT_RUNPATH) = UINT64_MAX; },
     "DT_RUNPATH is 0xffffffffffffffff, expected less than DT_STRSZ, which is 0x24"},
    {"rpath",
     [](DynamicTest& test) {
       test.Remove(DT_RUNPATH);
       test.Tag(DT_RPATH) = 0x100;
     },
     "DT_RPATH is 0x100, expected less than DT_STRSZ, which is 0x24"},
    {"needed", [](DynamicTest& test) { test.Tag(DT_NEEDED) = 36; },
     "DT_NEEDED is 0x24, expected less than DT_STRSZ, which is 0x24"},

    {"symtab_outside", [](DynamicTest& test) { test.Tag(DT_SYMTAB) = 0x4000; },
     "DT_SYMTAB is 0x4000, outside every readable segment, or not a multiple of 0x8"},
    {"symtab_misaligned", [](DynamicTest& test) { test.Tag(DT_SYMTAB) = kSymbols + 4; },
     "DT_SYMTAB is 0x1034, outside every readable segment, or not a multiple of 0x8"},
    {"symtab_without_room", [](DynamicTest& test) { test.Tag(DT_SYMTAB) = kTablesEnd - 16; },
     "DT_SYMTAB is 0x13f0, outside every readable segment, or not a multiple of 0x8"},
    {"versym_outside", [](DynamicTest& test) { test.Tag(DT_VERSYM) = kTablesEnd; },
     "DT_VERSYM is 0x1400, outside every readable segment, or not a multiple of 0x2"},
    {"versym_misaligned", [](DynamicTest& test) { test.Tag(DT_VERSYM) = kVersym + 1; },
     "DT_VERSYM is 0x1091, outside every readable segment, or not a multiple of 0x2"},
    {"gnu_hash", [](DynamicTest& test) { test.Tag(DT_GNU_HASH) = 0x4000; },
     "DT_GNU_HASH is 0x4000, outside every readable segment; its size is 0x10"},
    {"hash",
     [](DynamicTest& test) {
       test.Remove(DT_GNU_HASH);
       test.Tag(DT_HASH) = 0x4000;
     },
     "DT_HASH is 0x4000, outside every readable segment; its size is 0x8"},

    {"rela_outside", [](DynamicTest& test) { test.Tag(DT_RELA) = 0x4000; },
     "DT_RELA is 0x4000, outside every readable segment; its size is 0x48"},
    {"rela_misaligned", [](DynamicTest& test) { test.Tag(DT_RELA) = kRela + 4; },
     "DT_RELA is 0x1104, expected a multiple of 0x8"},
    {"rela_reaches_outside", [](DynamicTest& test) { test.Tag(DT_RELA) = kTablesEnd - 64; },
     "DT_RELASZ is 0x48, expected at most 0x40"},
    {"relasz_odd", [](DynamicTest& test) { test.Tag(DT_RELASZ) = 71; },
     "DT_RELASZ is 71, expected a multiple of 24"},
    {"jmprel_outside", [](DynamicTest& test) { test.Tag(DT_JMPREL) = kDataEnd + 1; },
     "DT_JMPREL is 0x2901, outside every readable segment; its size is 0x30"},
    {"pltrelsz_odd", [](DynamicTest& test) { test.Tag(DT_PLTRELSZ) = 1; },
     "DT_PLTRELSZ is 1, expected a multiple of 24"},
    {"pltrelsz_wraps_around", [](DynamicTest& test) { test.Tag(DT_PLTRELSZ) = 0xfffffffffffffff0; },
     "DT_PLTRELSZ is 0xfffffffffffffff0, expected at most 0x2b8"},
    {"relr_outside", [](DynamicTest& test) { test.Tag(DT_RELR) = 0; },
     "DT_RELR is 0x0, outside every readable segment; its size is 0x10"},
    {"relrsz_odd", [](DynamicTest& test) { test.Tag(DT_RELRSZ) = 12; },
     "DT_RELRSZ is 12, expected a multiple of 8"},
    {"preinit_array_outside", [](DynamicTest& test) { test.Tag(DT_PREINIT_ARRAY) = 0x4000; },
     "DT_PREINIT_ARRAY is 0x4000, outside every readable segment; its size is 0x8"},
    {"preinit_arraysz_odd", [](DynamicTest& test) { test.Tag(DT_PREINIT_ARRAYSZ) = 4; },
     "DT_PREINIT_ARRAYSZ is 4, expected a multiple of 8"},
    {"init_array_misaligned", [](DynamicTest& test) { test.Tag(DT_INIT_ARRAY) = 0x2804; },
     "DT_INIT_ARRAY is 0x2804, expected a multiple of 0x8"},
    {"init_arraysz_reaches_outside", [](DynamicTest& test) { test.Tag(DT_INIT_ARRAYSZ) = 0x100; },
     "DT_INIT_ARRAYSZ is 0x100, expected at most 0xf8"},
    {"fini_array_outside", [](DynamicTest& test) { test.Tag(DT_FINI_ARRAY) = 0x4000; },
     "DT_FINI_ARRAY is 0x4000, outside every readable segment; its size is 0x8"},
    {"fini_array_reaches_outside", [](DynamicTest& test) { test.Tag(DT_FINI_ARRAY) = kDataEnd; },
     "DT_FINI_ARRAYSZ is 0x8, expected at most 0x0"},

    {"init", [](DynamicTest& test) { test.Tag(DT_INIT) = kData; },
     "DT_INIT is 0x2800, outside every executable segment"},
    {"fini", [](DynamicTest& test) { test.Tag(DT_FINI) = UINT64_MAX; },
     "DT_FINI is 0xffffffffffffffff, outside every executable segment"},
};

class SpoiledDynamic : public DynamicTest, public testing::WithParamInterface<Case> {};

TEST_P(SpoiledDynamic, IsRefused) {
  MakeSound();
  GetParam().spoil(*this);
  EXPECT_EQ(Read(), GetParam().text);
}

INSTANTIATE_TEST_SUITE_P(All, SpoiledDynamic, testing::ValuesIn(kCases),
                         [](const auto& tested) { return tested.param.name; });

}  // namespace
}  // namespace signet::test
