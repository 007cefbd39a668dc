// SPDX-License-Identifier: MIT
#include "tool/process/smaps.h"

#include <gtest/gtest.h>

#include <string>

namespace signet::tool {
namespace {

constexpr const char* kTwoMappings =
    "55d0c0000000-55d0c0002000 r--p 00000000 fe:00 247134                     /usr/bin/cat\n"
    "Size:                  8 kB\n"
    "THPeligible:           0\n"
    "VmFlags: rd mr mw me sl \n"
    "55d0c0002000-55d0c0003000 rw-p 00001000 00:00 0 \n"
    "Size:                  4 kB\n"
    "VmFlags: rd wr mr mw me ac \n";

TEST(ParseSmaps, TwoMappings) {
  const auto mappings = ParseSmaps(kTwoMappings);
  ASSERT_TRUE(mappings.ok());
  ASSERT_EQ(mappings->size(), 2u);
  const SmapsMapping& file = (*mappings)[0];
  EXPECT_EQ(file.start, 0x55d0c0000000u);
  EXPECT_EQ(file.end, 0x55d0c0002000u);
  EXPECT_EQ(file.permissions, "r--p");
  EXPECT_EQ(file.offset, 0u);
  EXPECT_EQ(file.device, "fe:00");
  EXPECT_EQ(file.inode, 247134u);
  EXPECT_EQ(file.path, "/usr/bin/cat");
  EXPECT_TRUE(file.sealed);
  EXPECT_TRUE(file.readable());
  EXPECT_FALSE(file.writable());
  EXPECT_TRUE(file.has_file());
  const SmapsMapping& anonymous = (*mappings)[1];
  EXPECT_EQ(anonymous.offset, 0x1000u);
  EXPECT_EQ(anonymous.path, "");
  EXPECT_FALSE(anonymous.sealed);
  EXPECT_FALSE(anonymous.has_file());
}

TEST(SmapsParser, PiecesMayEndAnywhere) {
  const std::string_view text = kTwoMappings;
  for (size_t size = 1; size < text.size(); ++size) {
    SmapsParser parser;
    for (size_t at = 0; at < text.size(); at += size) parser.Add(text.substr(at, size));
    const auto mappings = parser.Finish();
    ASSERT_TRUE(mappings.ok()) << size;
    ASSERT_EQ(mappings->size(), 2u);
    EXPECT_EQ((*mappings)[0].path, "/usr/bin/cat");
    EXPECT_TRUE((*mappings)[0].sealed);
    EXPECT_EQ((*mappings)[1].start, 0x55d0c0002000u);
    EXPECT_FALSE((*mappings)[1].sealed);
  }
}

TEST(ParseMaps, HasAllButTheSeals) {
  const auto mappings = ParseMaps(
      "55d0c0000000-55d0c0002000 r--p 00000000 fe:00 247134                     /usr/bin/cat\n"
      "55d0c0002000-55d0c0003000 rw-p 00001000 00:00 0 \n");
  ASSERT_TRUE(mappings.ok());
  ASSERT_EQ(mappings->size(), 2u);
  EXPECT_EQ((*mappings)[0].path, "/usr/bin/cat");
  EXPECT_FALSE((*mappings)[0].sealed);
  EXPECT_EQ((*mappings)[1].start, 0x55d0c0002000u);
  EXPECT_TRUE((*mappings)[1].writable());
}

TEST(ParseMaps, RefusesOtherText) {
  const auto mappings = ParseMaps("1000-2000 r--p 0 00:00 0\nSize: 4 kB\n");
  ASSERT_FALSE(mappings.ok());
  EXPECT_EQ(mappings.error().message, "maps: line 2 is not a mapping");
}

SmapsMapping ParseOne(const std::string& head, const std::string& flags = "VmFlags: rd \n") {
  const auto mappings = ParseSmaps(head + "\n" + flags);
  if (!mappings.ok() || mappings->size() != 1) return {};
  return mappings->front();
}

TEST(ParseSmaps, NamesAreKeptAsTheyAre) {
  EXPECT_EQ(ParseOne("1000-2000 r--p 00000000 fe:00 7    /tmp/a b: c (deleted)").path,
            "/tmp/a b: c (deleted)");
  EXPECT_EQ(ParseOne("1000-2000 rw-p 00000000 00:00 0    [anon:glibc: malloc]").path,
            "[anon:glibc: malloc]");
  EXPECT_EQ(ParseOne("1000-2000 r-xp 00000000 fe:00 7    /tmp/a\\012b").path, "/tmp/a\\012b");
}

TEST(ParseSmaps, OnlyTheWholeFlagCounts) {
  const std::string head = "1000-2000 r--p 00000000 00:00 0 ";
  EXPECT_TRUE(ParseOne(head, "VmFlags: sl\n").sealed);
  EXPECT_TRUE(ParseOne(head, "VmFlags: rd sl mr").sealed);
  EXPECT_FALSE(ParseOne(head, "VmFlags: rd slx xsl mr \n").sealed);
  EXPECT_FALSE(ParseOne(head, "VmFlags:\n").sealed);
}

TEST(ParseSmaps, TheTopOfTheAddressSpace) {
  EXPECT_EQ(ParseOne("ffffffffff600000-ffffffffff601000 --xp 00000000 00:00 0    [vsyscall]").end,
            0xffffffffff601000u);
}

// This happens when a running process grows a mapping downwards between two reads of smaps.
TEST(ParseSmaps, AMappingSeenTwiceIsCut) {
  const auto mappings = ParseSmaps(
      "1000-3000 rw-p 00000000 00:00 0 \nVmFlags: rd \n"
      "2000-5000 rw-p 00000000 00:00 0 \nVmFlags: rd \n");
  ASSERT_TRUE(mappings.ok());
  EXPECT_EQ((*mappings)[1].start, 0x3000u);
}

TEST(ParseSmaps, Empty) {
  const auto mappings = ParseSmaps("");
  ASSERT_TRUE(mappings.ok());
  EXPECT_TRUE(mappings->empty());
}

struct BadSmaps {
  const char* text;
  const char* message;
};

class ParseSmapsFails : public testing::TestWithParam<BadSmaps> {};

TEST_P(ParseSmapsFails, WithItsMessage) {
  const auto mappings = ParseSmaps(GetParam().text);
  ASSERT_FALSE(mappings.ok());
  EXPECT_EQ(mappings.error().message, GetParam().message);
}

INSTANTIATE_TEST_SUITE_P(
    Text, ParseSmapsFails,
    testing::Values(
        BadSmaps{"\n", "smaps: line 1 is not a mapping"},
        BadSmaps{"hello\n", "smaps: line 1 is not a mapping"},
        BadSmaps{"VmFlags: sl\n", "smaps: line 1 belongs to no mapping"},
        BadSmaps{"1000 r--p 00000000 00:00 0\n", "smaps: line 1 is not a mapping"},
        BadSmaps{"1000-xyz r--p 00000000 00:00 0\n", "smaps: line 1 is not a mapping"},
        BadSmaps{"2000-1000 r--p 00000000 00:00 0\n", "smaps: line 1 is not a mapping"},
        BadSmaps{"1000-1000 r--p 00000000 00:00 0\n", "smaps: line 1 is not a mapping"},
        BadSmaps{"1000-2000 r-- 00000000 00:00 0\n", "smaps: line 1 is not a mapping"},
        BadSmaps{"1000-2000 r--p\n", "smaps: line 1 is not a mapping"},
        BadSmaps{"1000-2000 r--p 00000000 00:00 x\n", "smaps: line 1 is not a mapping"},
        BadSmaps{"1000-10000000000000000 r--p 0 00:00 0\n", "smaps: line 1 is not a mapping"},
        BadSmaps{"1000-2000 r--p 0 00:00 0\nSize: 4 kB\n", "smaps: mapping 0x1000 has no VmFlags"},
        BadSmaps{"1000-2000 r--p 0 00:00 0\n3000-4000 r--p 0 00:00 0\nVmFlags: rd\n",
                 "smaps: mapping 0x1000 has no VmFlags"},
        BadSmaps{"3000-4000 r--p 0 00:00 0\nVmFlags: rd\n1000-2000 r--p 0 00:00 0\nVmFlags: rd\n",
                 "smaps: line 3 is out of order"}));

TEST(FindMapping, InsideAndOutside) {
  const auto mappings = ParseSmaps(kTwoMappings);
  ASSERT_TRUE(mappings.ok());
  EXPECT_EQ(FindMapping(*mappings, 0x55d0bfffffff), nullptr);
  EXPECT_EQ(FindMapping(*mappings, 0x55d0c0000000), &(*mappings)[0]);
  EXPECT_EQ(FindMapping(*mappings, 0x55d0c0001fff), &(*mappings)[0]);
  EXPECT_EQ(FindMapping(*mappings, 0x55d0c0002000), &(*mappings)[1]);
  EXPECT_EQ(FindMapping(*mappings, 0x55d0c0003000), nullptr);
  EXPECT_EQ(FindMapping({}, 0), nullptr);
}

}  // namespace
}  // namespace signet::tool
