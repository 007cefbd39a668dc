// SPDX-License-Identifier: MIT
//
// Strings, hash functions, DT_GNU_HASH and DT_HASH.
#include <gtest/gtest.h>

#include <vector>

#include "base/page.h"
#include "elf/symbol.h"
#include "tests/unit/module_memory.h"
#include "tests/unit/problem_text.h"

namespace signet::test {
namespace {

TEST(Hash, GnuHashOfKnownNames) {
  EXPECT_EQ(elf::GnuHash(""), 0x1505u);
  EXPECT_EQ(elf::GnuHash("printf"), 0x156b2bb8u);
  EXPECT_EQ(elf::GnuHash("exit"), 0x7c967e3fu);
  EXPECT_EQ(elf::GnuHash("syscall"), 0xbac212a0u);
}

TEST(Hash, SysvHashOfKnownNames) {
  EXPECT_EQ(elf::SysvHash(""), 0u);
  EXPECT_EQ(elf::SysvHash("printf"), 0x77905a6u);
  EXPECT_EQ(elf::SysvHash("exit"), 0x6cf04u);
  EXPECT_EQ(elf::SysvHash("syscall"), 0xb09985cu);
  EXPECT_EQ(elf::SysvHash("GLIBC_2.2.5"), 0x9691a75u);
  EXPECT_EQ(elf::SysvHash("GLIBC_PRIVATE"), 0x963cf85u);
}

TEST(Hash, BytesAreUnsigned) {
  EXPECT_EQ(elf::GnuHash("\xff"), 5381u * 33 + 255);
  EXPECT_EQ(elf::SysvHash("\xff"), 255u);
}

TEST(StringTable, OffsetsInsideAreStrings) {
  constexpr std::string_view kBytes("\0abc\0d\0", 7);
  const elf::StringTable strings{std::span(kBytes.data(), kBytes.size())};
  EXPECT_EQ(strings.size(), 7u);
  EXPECT_STREQ(strings.At(0), "");
  EXPECT_STREQ(strings.At(1), "abc");
  EXPECT_STREQ(strings.At(3), "c");
  EXPECT_STREQ(strings.At(6), "");
  EXPECT_TRUE(strings.Has(6));
}

TEST(StringTable, OffsetsOutsideAreNone) {
  constexpr std::string_view kBytes("\0a\0", 3);
  const elf::StringTable strings{std::span(kBytes.data(), kBytes.size())};
  EXPECT_FALSE(strings.Has(3));
  EXPECT_FALSE(strings.Has(UINT64_MAX));
  EXPECT_STREQ(strings.At(3), "");
  EXPECT_FALSE(elf::StringTable().Has(0));
  EXPECT_STREQ(elf::StringTable().At(0), "");
}

constexpr uint64_t kTable = 0x1000;

// Memory for a table at kTable, which ends where the table ends.
class TableMemory {
 public:
  explicit TableMemory(uint64_t size)
      : memory_({ModuleMemory::Load(kTable, size, PF_R)}, PageUp(kTable + size)) {}

  uint32_t& Word(uint64_t index) { return memory_.At<uint32_t>(kTable, index); }
  ModuleMemory& memory() { return memory_; }

 private:
  ModuleMemory memory_;
};

// Symbols 2 to 5 in three buckets: bucket 0 has symbol 2, bucket 1 none, bucket 2 has 3, 4, 5.
// Hash values are chosen so that value % 3 is the bucket.
class GnuHash : public testing::Test {
 protected:
  static constexpr uint32_t kValues[] = {0x30, 0x32, 0x35, 0x38};
  enum Index {
    kBucketCount,
    kSymbolOffset,
    kBloomCount,
    kBloomShift,
    kBloom,
    kBuckets = 6,
    kChain = 9,
    kEnd = 13
  };

  GnuHash() {
    table_.Word(kBucketCount) = 3;
    table_.Word(kSymbolOffset) = 2;
    table_.Word(kBloomCount) = 1;
    table_.Word(kBloomShift) = 4;
    uint64_t bloom = 0;
    for (uint32_t value : kValues) bloom |= uint64_t{1} << value % 64 | uint64_t{1} << (value >> 4);
    table_.memory().At<uint64_t>(kTable + 16) = bloom;
    table_.Word(kBuckets) = 2;
    table_.Word(kBuckets + 2) = 3;
    table_.Word(kChain) = kValues[0] | 1;
    table_.Word(kChain + 1) = kValues[1] & ~1u;
    table_.Word(kChain + 2) = kValues[2] & ~1u;
    table_.Word(kChain + 3) = kValues[3] | 1;
  }

  std::string Init(uint64_t vaddr = kTable) {
    return Text(hash_.Init(table_.memory().image(), vaddr));
  }

  // All candidates for a hash: none is accepted.
  std::vector<uint32_t> Candidates(uint32_t value) {
    std::vector<uint32_t> candidates;
    EXPECT_EQ(hash_.Find(value,
                         [&](uint32_t symbol) {
                           candidates.push_back(symbol);
                           return false;
                         }),
              0u);
    return candidates;
  }

  TableMemory table_{kEnd * 4};
  elf::GnuHashTable hash_;
};

TEST_F(GnuHash, FindsWhatItHolds) {
  ASSERT_EQ(Init(), "ok");
  EXPECT_TRUE(hash_);
  EXPECT_EQ(hash_.symbol_offset(), 2u);
  EXPECT_EQ(hash_.chain().size(), 4u);
  for (uint32_t i = 0; i < 4; ++i) {
    EXPECT_EQ(hash_.Find(kValues[i], [&](uint32_t symbol) { return symbol == i + 2; }), i + 2);
  }
}

TEST_F(GnuHash, OffersOnlyEqualHashes) {
  ASSERT_EQ(Init(), "ok");
  EXPECT_EQ(Candidates(kValues[0]), std::vector<uint32_t>{2});
  EXPECT_EQ(Candidates(kValues[3]), std::vector<uint32_t>{5});
}

// The lowest bit is not stored: in a chain, 0x34 and 0x35 are the same if they share a bucket.
TEST_F(GnuHash, IgnoresTheLowestBit) {
  table_.memory().At<uint64_t>(kTable + 16) = UINT64_MAX;
  table_.Word(kBuckets) = table_.Word(kBuckets + 1) = table_.Word(kBuckets + 2) = 3;
  ASSERT_EQ(Init(), "ok");
  EXPECT_EQ(Candidates(0x34), std::vector<uint32_t>{4});
  EXPECT_EQ(Candidates(0x35), std::vector<uint32_t>{4});
}

TEST_F(GnuHash, OffersAllSymbolsOfOneHash) {
  table_.Word(kChain + 1) = table_.Word(kChain + 2) = kValues[3] & ~1u;
  ASSERT_EQ(Init(), "ok");
  EXPECT_EQ(Candidates(kValues[3]), (std::vector<uint32_t>{3, 4, 5}));
}

TEST_F(GnuHash, BloomFilterEndsASearch) {
  table_.memory().At<uint64_t>(kTable + 16) = 0;
  ASSERT_EQ(Init(), "ok");
  EXPECT_TRUE(Candidates(kValues[0]).empty());
}

TEST_F(GnuHash, BothBloomBitsCount) {
  table_.memory().At<uint64_t>(kTable + 16) = uint64_t{1} << kValues[0] % 64;
  ASSERT_EQ(Init(), "ok");
  EXPECT_TRUE(Candidates(kValues[0]).empty());
}

TEST_F(GnuHash, EmptyBucketsHaveNoCandidates) {
  table_.memory().At<uint64_t>(kTable + 16) = UINT64_MAX;
  ASSERT_EQ(Init(), "ok");
  EXPECT_TRUE(Candidates(0x31).empty());
}

TEST_F(GnuHash, KnowsTheHashesOfExports) {
  ASSERT_EQ(Init(), "ok");
  EXPECT_EQ(hash_.HashOf(0), 0u);
  EXPECT_EQ(hash_.HashOf(1), 0u);
  EXPECT_EQ(hash_.HashOf(2), kValues[0] & ~1u);
  EXPECT_EQ(hash_.HashOf(5), kValues[3] & ~1u);
  EXPECT_EQ(hash_.HashOf(6), 0u);
  EXPECT_EQ(hash_.HashOf(UINT64_MAX), 0u);
}

TEST_F(GnuHash, MayBeEmpty) {
  for (uint64_t i = kBuckets; i < kEnd; ++i) table_.Word(i) = 0;
  ASSERT_EQ(Init(), "ok");
  EXPECT_TRUE(hash_);
  EXPECT_TRUE(hash_.chain().empty());
  EXPECT_TRUE(Candidates(kValues[0]).empty());
}

TEST_F(GnuHash, EmptyTableMayEndItsSegment) {
  TableMemory table(28);
  table.Word(kBucketCount) = table.Word(kSymbolOffset) = table.Word(kBloomCount) = 1;
  EXPECT_EQ(Text(hash_.Init(table.memory().image(), kTable)), "ok");
  EXPECT_EQ(hash_.Find(5, [](uint32_t) { return true; }), 0u);
}

TEST_F(GnuHash, OutsideTheModule) {
  EXPECT_EQ(Init(0x2000),
            "DT_GNU_HASH is 0x2000, outside every readable segment; its size is 0x10");
  EXPECT_EQ(Init(kTable + 40),
            "DT_GNU_HASH is 0x1028, outside every readable segment; its size is "
            "0x10");
}

TEST_F(GnuHash, Misaligned) {
  EXPECT_EQ(Init(0x1004), "DT_GNU_HASH is 0x1004, expected a multiple of 0x8");
}

TEST_F(GnuHash, WithoutBuckets) {
  table_.Word(kBucketCount) = 0;
  EXPECT_EQ(Init(), "DT_GNU_HASH nbuckets is 0, expected at least 1");
}

TEST_F(GnuHash, TooManyBuckets) {
  table_.Word(kBucketCount) = 8;
  EXPECT_EQ(Init(), "DT_GNU_HASH nbuckets is 8, more than its segment holds");
  table_.Word(kBucketCount) = UINT32_MAX;
  EXPECT_EQ(Init(), "DT_GNU_HASH nbuckets is 4294967295, more than its segment holds");
}

TEST_F(GnuHash, BloomSize) {
  table_.Word(kBloomCount) = 0;
  EXPECT_EQ(Init(), "DT_GNU_HASH bloom size is 0, expected a power of two of at least 1");
  table_.Word(kBloomCount) = 3;
  EXPECT_EQ(Init(), "DT_GNU_HASH bloom size is 3, expected a power of two of at least 1");
  table_.Word(kBloomCount) = 8;
  EXPECT_EQ(Init(), "DT_GNU_HASH bloom size is 8, more than its segment holds");
  table_.Word(kBloomCount) = 0x80000000;
  EXPECT_EQ(Init(), "DT_GNU_HASH bloom size is 2147483648, more than its segment holds");
}

// A shift of the hash by its whole width or more is undefined.
TEST_F(GnuHash, BloomShiftIsBounded) {
  table_.Word(kBloomShift) = 0xffffff04;
  ASSERT_EQ(Init(), "ok");
  EXPECT_EQ(Candidates(kValues[0]), std::vector<uint32_t>{2});
}

TEST_F(GnuHash, LastBucketBelowTheFirstExport) {
  table_.Word(kBuckets + 2) = 1;
  EXPECT_EQ(Init(), "DT_GNU_HASH bucket holds symbol 1, expected at least 2");
}

TEST_F(GnuHash, OtherBucketBelowTheFirstExport) {
  table_.Word(kBuckets) = 1;
  table_.memory().At<uint64_t>(kTable + 16) = UINT64_MAX;
  ASSERT_EQ(Init(), "ok");
  EXPECT_TRUE(Candidates(0x30).empty());
}

TEST_F(GnuHash, ChainWithoutAnEnd) {
  table_.Word(kChain + 3) &= ~1u;
  EXPECT_EQ(Init(),
            "DT_GNU_HASH chain does not end: it begins at symbol 3, the table has room for "
            "6");
}

TEST_F(GnuHash, ChainOutsideTheTable) {
  table_.Word(kBuckets + 2) = UINT32_MAX;
  EXPECT_EQ(Init(),
            "DT_GNU_HASH chain does not end: it begins at symbol 4294967295, the table has "
            "room for 6");
}

TEST_F(GnuHash, OtherBucketOutsideTheTable) {
  table_.Word(kBuckets + 1) = UINT32_MAX;
  table_.memory().At<uint64_t>(kTable + 16) = UINT64_MAX;
  ASSERT_EQ(Init(), "ok");
  EXPECT_TRUE(Candidates(0x31).empty());
}

TEST(GnuHashTable, IsNoTableUntilRead) { EXPECT_FALSE(elf::GnuHashTable()); }

// Two buckets, four symbols: bucket 0 has 3 and 1, bucket 1 has 2.
class SysvHash : public testing::Test {
 protected:
  enum Index { kBucketCount, kChainCount, kBuckets, kChain = 4, kEnd = 8 };

  SysvHash() {
    uint64_t i = 0;
    for (uint32_t word : {2u, 4u, 3u, 2u, 0u, 0u, 0u, 1u}) table_.Word(i++) = word;
  }

  std::string Init(uint64_t vaddr = kTable) {
    return Text(hash_.Init(table_.memory().image(), vaddr));
  }

  TableMemory table_{kEnd * 4};
  elf::SysvHashTable hash_;
};

TEST_F(SysvHash, OffersTheChain) {
  ASSERT_EQ(Init(), "ok");
  EXPECT_TRUE(hash_);
  EXPECT_EQ(hash_.symbol_count(), 4u);
  std::vector<uint32_t> candidates;
  EXPECT_EQ(hash_.Find(6,
                       [&](uint32_t symbol) {
                         candidates.push_back(symbol);
                         return false;
                       }),
            0u);
  EXPECT_EQ(candidates, (std::vector<uint32_t>{3, 1}));
  EXPECT_EQ(hash_.Find(6, [](uint32_t symbol) { return symbol == 1; }), 1u);
  EXPECT_EQ(hash_.Find(7, [](uint32_t) { return true; }), 2u);
}

TEST_F(SysvHash, MayBeEmpty) {
  table_.Word(kChainCount) = 0;
  table_.Word(kBuckets) = table_.Word(kBuckets + 1) = 0;
  ASSERT_EQ(Init(), "ok");
  EXPECT_EQ(hash_.symbol_count(), 0u);
  EXPECT_EQ(hash_.Find(6, [](uint32_t) { return true; }), 0u);
}

TEST_F(SysvHash, OutsideTheModule) {
  EXPECT_EQ(Init(0x2000), "DT_HASH is 0x2000, outside every readable segment; its size is 0x8");
  EXPECT_EQ(Init(kTable + 28),
            "DT_HASH is 0x101c, outside every readable segment; its size is 0x8");
}

TEST_F(SysvHash, Misaligned) {
  EXPECT_EQ(Init(0x1002), "DT_HASH is 0x1002, expected a multiple of 0x4");
}

TEST_F(SysvHash, Sizes) {
  table_.Word(kBucketCount) = 0;
  EXPECT_EQ(Init(), "DT_HASH nbucket is 0, expected at least 1");
  table_.Word(kBucketCount) = 7;
  EXPECT_EQ(Init(), "DT_HASH nbucket is 7, more than its segment holds; nchain is 4");
  table_.Word(kBucketCount) = UINT32_MAX;
  EXPECT_EQ(Init(), "DT_HASH nbucket is 4294967295, more than its segment holds; nchain is 4");
  table_.Word(kBucketCount) = 2;
  table_.Word(kChainCount) = 5;
  EXPECT_EQ(Init(), "DT_HASH nchain is 5, more than its segment holds; nbucket is 2");
  table_.Word(kChainCount) = UINT32_MAX;
  EXPECT_EQ(Init(), "DT_HASH nchain is 4294967295, more than its segment holds; nbucket is 2");
}

TEST_F(SysvHash, SymbolsOutsideTheChain) {
  table_.Word(kBuckets) = 4;
  EXPECT_EQ(Init(), "DT_HASH holds symbol 4, expected less than nchain, which is 4");
  table_.Word(kBuckets) = 3;
  table_.Word(kChain + 3) = UINT32_MAX;
  EXPECT_EQ(Init(), "DT_HASH holds symbol 4294967295, expected less than nchain, which is 4");
}

TEST_F(SysvHash, ChainWithoutAnEnd) {
  table_.Word(kChain + 1) = 3;
  EXPECT_EQ(Init(), "DT_HASH chain does not end: it begins in bucket 0, nchain is 4");
  table_.Word(kChain + 1) = 1;
  EXPECT_EQ(Init(), "DT_HASH chain does not end: it begins in bucket 0, nchain is 4");
}

// The module may be able to write to its table.
TEST_F(SysvHash, EndsASearchInATableThatHasChanged) {
  ASSERT_EQ(Init(), "ok");
  const auto search = [this](uint32_t hash) {
    size_t count = 0;
    hash_.Find(hash, [&](uint32_t symbol) {
      EXPECT_LT(symbol, 4u);
      ++count;
      return false;
    });
    return count;
  };
  table_.Word(kChain + 1) = 1;
  table_.Word(kBuckets) = 1;
  EXPECT_EQ(search(0), 4u);
  table_.Word(kChain + 1) = 4;
  EXPECT_EQ(search(0), 1u);
  table_.Word(kBuckets) = UINT32_MAX;
  EXPECT_EQ(search(0), 0u);
}

TEST(SysvHashTable, IsNoTableUntilRead) { EXPECT_FALSE(elf::SysvHashTable()); }

}  // namespace
}  // namespace signet::test
