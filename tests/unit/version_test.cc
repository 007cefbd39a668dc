// SPDX-License-Identifier: MIT
//
// DT_VERDEF and DT_VERNEED, entry by entry.
#include "elf/version.h"

#include <gtest/gtest.h>

#include <sstream>

#include "tests/unit/module_memory.h"
#include "tests/unit/problem_text.h"

namespace signet::test {
namespace {

constexpr uint64_t kStrings = 0x1000;
constexpr std::string_view kNames("\0libfoo.so\0FOO_1\0FOO_2\0libc.so.6\0", 33);
enum Name : uint32_t { kFile = 1, kFoo1 = 11, kFoo2 = 17, kLibc = 23 };

constexpr uint64_t kTable = 0x1040;
constexpr uint64_t kEnd = 0x10c0;

class VersionTest : public testing::Test {
 protected:
  VersionTest() { memory_.PutText(kStrings, kNames); }

  elf::StringTable strings() const {
    return elf::StringTable(memory_.image().Array<char>(kStrings, kNames.size()));
  }

  // One line for each visit, then the result.
  std::string Definitions(uint64_t vaddr = kTable) {
    std::ostringstream lines;
    const elf::Check bad = elf::ForEachVersionDefinition(
        memory_.image(), strings(), vaddr, [&](const elf::VersionDefinition& version) {
          lines << version.index << " " << version.flags << " " << version.hash << " "
                << version.name << "\n";
        });
    return lines.str() + Text(bad);
  }

  std::string Needs(uint64_t vaddr = kTable) {
    std::ostringstream lines;
    const elf::Check bad = elf::ForEachVersionNeed(
        memory_.image(), strings(), vaddr, [&](const elf::VersionNeed& version) {
          lines << version.file << " " << version.index << " " << version.flags << " "
                << version.hash << " " << version.name << "\n";
        });
    return lines.str() + Text(bad);
  }

  ModuleMemory memory_{{ModuleMemory::Load(0x1000, kEnd - 0x1000, PF_R)}, 0x2000};
};

TEST_F(VersionTest, NoTableIsNoVersion) {
  EXPECT_EQ(Definitions(0), "ok");
  EXPECT_EQ(Needs(0), "ok");
}

class VersionDefinitions : public VersionTest {
 protected:
  VersionDefinitions() {
    memory_.At<elf::Verdef>(kTable) = {1, VER_FLG_BASE, 1, 1, 11, 20, 28};
    memory_.At<elf::Verdaux>(kTable + 20) = {kFile, 0};
    // The first of the two names is the version's own. The second is the version that it inherits.
    second() = {1, 0, 0x8002, 2, 22, 20, 0};
    memory_.At<elf::Verdaux>(kTable + 28 + 20) = {kFoo2, 8};
    memory_.At<elf::Verdaux>(kTable + 28 + 28) = {kFoo1, 0};
  }

  elf::Verdef& first() { return memory_.At<elf::Verdef>(kTable); }
  elf::Verdef& second() { return memory_.At<elf::Verdef>(kTable + 28); }
};

constexpr const char kFirst[] = "1 1 11 libfoo.so\n";

TEST_F(VersionDefinitions, AreVisitedInOrder) {
  EXPECT_EQ(Definitions(), "1 1 11 libfoo.so\n2 0 22 FOO_2\nok");
}

TEST_F(VersionDefinitions, OutsideTheModule) {
  EXPECT_EQ(Definitions(0x2000),
            "DT_VERDEF entry is at 0x2000, outside every readable segment; its size is 0x14");
  EXPECT_EQ(Definitions(kEnd - 16),
            "DT_VERDEF entry is at 0x10b0, outside every readable segment; its size is 0x14");
  EXPECT_EQ(Definitions(kTable + 2), "DT_VERDEF entry is at 0x1042, expected a multiple of 0x4");
  first().vd_next = 0x100;
  EXPECT_EQ(Definitions(), std::string(kFirst) +
                               "DT_VERDEF entry is at 0x1140, outside every "
                               "readable segment; its size is 0x14");
  first().vd_next = UINT32_MAX - 3;
  EXPECT_EQ(Definitions(), std::string(kFirst) +
                               "DT_VERDEF entry is at 0x10000103c, outside every "
                               "readable segment; its size is 0x14");
}

TEST_F(VersionDefinitions, LastEntryMayEndTheSegment) {
  first().vd_next = kEnd - 28 - kTable;
  auto& last = memory_.At<elf::Verdef>(kEnd - 28);
  last = {1, 0, 3, 1, 33, 20, 0};
  memory_.At<elf::Verdaux>(kEnd - 8) = {kFoo1, 0};
  EXPECT_EQ(Definitions(), std::string(kFirst) + "3 0 33 FOO_1\nok");
  last.vd_aux = 24;
  EXPECT_EQ(Definitions(),
            std::string(kFirst) + "vd_aux is 0x18, outside the segment of the entry at 0x10a4");
}

TEST_F(VersionDefinitions, Version) {
  second().vd_version = 2;
  EXPECT_EQ(Definitions(), std::string(kFirst) + "vd_version is 2, expected 1");
}

TEST_F(VersionDefinitions, AuxiliaryEntryOutside) {
  first().vd_aux = 0x79;
  EXPECT_EQ(Definitions(), "vd_aux is 0x79, expected a multiple of 0x4");
  first().vd_aux = 0x7c;
  EXPECT_EQ(Definitions(), "vd_aux is 0x7c, outside the segment of the entry at 0x1040");
  first().vd_aux = UINT32_MAX - 3;
  EXPECT_EQ(Definitions(), "vd_aux is 0xfffffffc, outside the segment of the entry at 0x1040");
}

TEST_F(VersionDefinitions, NameOutside) {
  memory_.At<elf::Verdaux>(kTable + 20).vda_name = 33;
  EXPECT_EQ(Definitions(), "vda_name is 0x21, expected less than DT_STRSZ, which is 0x21");
}

class VersionNeeds : public VersionTest {
 protected:
  VersionNeeds() {
    first() = {1, 2, kLibc, 16, 48};
    aux(0) = {11, 0, 2, kFoo1, 16};
    aux(1) = {22, VER_FLG_WEAK, 0x8003, kFoo2, 0};
    second() = {1, 1, kFile, 16, 0};
    memory_.At<elf::Vernaux>(kTable + 48 + 16) = {33, 0, 4, kFoo1, 0};
  }

  elf::Verneed& first() { return memory_.At<elf::Verneed>(kTable); }
  elf::Vernaux& aux(uint64_t index) { return memory_.At<elf::Vernaux>(kTable + 16, index); }
  elf::Verneed& second() { return memory_.At<elf::Verneed>(kTable + 48); }
};

constexpr const char kFirstTwo[] = "libc.so.6 2 0 11 FOO_1\nlibc.so.6 32771 2 22 FOO_2\n";

TEST_F(VersionNeeds, AreVisitedInOrder) {
  EXPECT_EQ(Needs(), std::string(kFirstTwo) + "libfoo.so 4 0 33 FOO_1\nok");
}

TEST_F(VersionNeeds, CountAndChainBothEndAnEntry) {
  first().vn_cnt = 1;
  first().vn_next = 0;
  EXPECT_EQ(Needs(), "libc.so.6 2 0 11 FOO_1\nok");
  first().vn_cnt = 0;
  EXPECT_EQ(Needs(), "ok");
  first().vn_cnt = 9;
  EXPECT_EQ(Needs(), std::string(kFirstTwo) + "ok");
}

TEST_F(VersionNeeds, OutsideTheModule) {
  EXPECT_EQ(Needs(0x2000),
            "DT_VERNEED entry is at 0x2000, outside every readable segment; its size is 0x10");
  EXPECT_EQ(Needs(kEnd - 12),
            "DT_VERNEED entry is at 0x10b4, outside every readable segment; its size is 0x10");
  EXPECT_EQ(Needs(kTable + 1), "DT_VERNEED entry is at 0x1041, expected a multiple of 0x4");
  first().vn_next = UINT32_MAX - 3;
  EXPECT_EQ(Needs(), std::string(kFirstTwo) +
                         "DT_VERNEED entry is at 0x10000103c, outside every "
                         "readable segment; its size is 0x10");
}

TEST_F(VersionNeeds, Version) {
  first().vn_version = 0;
  EXPECT_EQ(Needs(), "vn_version is 0, expected 1");
}

TEST_F(VersionNeeds, AuxiliaryEntryOutside) {
  first().vn_aux = 0x74;
  EXPECT_EQ(Needs(),
            "DT_VERNEED auxiliary entry is at 0x10b4, outside every readable segment; its "
            "size is 0x10");
  first().vn_aux = 0x12;
  EXPECT_EQ(Needs(), "DT_VERNEED auxiliary entry is at 0x1052, expected a multiple of 0x4");
  first().vn_aux = 16;
  aux(0).vna_next = UINT32_MAX - 3;
  EXPECT_EQ(Needs(),
            "libc.so.6 2 0 11 FOO_1\nDT_VERNEED auxiliary entry is at 0x10000104c, outside "
            "every readable segment; its size is 0x10");
}

TEST_F(VersionNeeds, NamesOutside) {
  aux(1).vna_name = 33;
  EXPECT_EQ(Needs(),
            "libc.so.6 2 0 11 FOO_1\n"
            "vna_name is 0x21, expected less than DT_STRSZ, which is 0x21");
  first().vn_file = UINT32_MAX;
  EXPECT_EQ(Needs(), "vn_file is 0xffffffff, expected less than DT_STRSZ, which is 0x21");
}

// Reading entries that overlap could take hours. So no more are read than there can be indices.
TEST(Version, MoreNeedsThanIndices) {
  constexpr uint64_t kCount = 0x8000;
  constexpr uint64_t kSize = sizeof(elf::Verneed) + kCount * sizeof(elf::Vernaux);
  ModuleMemory memory({ModuleMemory::Load(0x1000, kSize, PF_R)}, 0x1000 + kSize);
  memory.At<elf::Verneed>(0x1000) = {.vn_version = VER_NEED_CURRENT,
                                     .vn_cnt = static_cast<uint16_t>(kCount),
                                     .vn_file = 0,
                                     .vn_aux = sizeof(elf::Verneed),
                                     .vn_next = 0};
  for (uint64_t i = 0; i < kCount; ++i) {
    memory.At<elf::Vernaux>(0x1000 + sizeof(elf::Verneed), i) = {.vna_hash = 0,
                                                                 .vna_flags = 0,
                                                                 .vna_other = 2,
                                                                 .vna_name = 0,
                                                                 .vna_next = sizeof(elf::Vernaux)};
  }
  uint64_t visits = 0;
  const elf::StringTable strings(std::span<const char>("", 1));
  const elf::Check bad = elf::ForEachVersionNeed(memory.image(), strings, 0x1000,
                                                 [&](const elf::VersionNeed&) { ++visits; });
  EXPECT_EQ(visits, kCount - 1);
  EXPECT_EQ(Text(bad),
            "DT_VERNEED holds more versions than indices: at least 32768, expected at most 32767");
}

TEST(Version, MatchesByHashAndName) {
  const std::string copy = "FOO_1";
  const elf::Version version = {"FOO_1", nullptr, 11, false};
  EXPECT_TRUE(version.Matches({copy.c_str(), "libfoo.so", 11, true}));
  EXPECT_FALSE(version.Matches({"FOO_2", nullptr, 11, false}));
  EXPECT_FALSE(version.Matches({"FOO_1", nullptr, 12, false}));
  EXPECT_FALSE(version.Matches({}));
  EXPECT_FALSE(elf::Version().Matches({"FOO_1", nullptr, 0, false}));
  EXPECT_TRUE(elf::Version().Matches({}));
}

}  // namespace
}  // namespace signet::test
