// SPDX-License-Identifier: MIT
//
// ld.so.cache: as ldconfig writes it, and damaged.
#include "elf/ld_cache.h"

#include <gtest/gtest.h>
#include <sys/mman.h>

#include <algorithm>
#include <memory>
#include <stdexcept>
#include <vector>

#include "base/page.h"
#include "tests/unit/ld_cache_golden.h"
#include "tests/unit/problem_text.h"

namespace signet::test {
namespace {

// A file's bytes, aligned, in memory that ends where they end.
class Bytes {
 public:
  explicit Bytes(size_t size) : size_(size), bytes_(std::make_unique<std::byte[]>(size)) {}

  static Bytes FromHex(std::string_view digits) {
    Bytes bytes(digits.size() / 2);
    for (size_t i = 0; i < bytes.size_; ++i) {
      bytes.At<uint8_t>(i) =
          static_cast<uint8_t>(std::stoul(std::string(digits.substr(2 * i, 2)), nullptr, 16));
    }
    return bytes;
  }

  // The first `size` bytes.
  Bytes First(size_t size) const {
    Bytes bytes(size);
    std::memcpy(bytes.bytes_.get(), bytes_.get(), size);
    return bytes;
  }

  std::span<const std::byte> span() const { return {bytes_.get(), size_}; }
  size_t size() const { return size_; }

  template <typename T>
  T& At(uint64_t offset) {
    return *reinterpret_cast<T*>(bytes_.get() + offset);
  }

 private:
  size_t size_;
  std::unique_ptr<std::byte[]> bytes_;
};

// A copy of a file's bytes, aligned to 8, that ends as near to an inaccessible page as its
// alignment allows. A step outside kills the test, with or without a sanitizer.
class BeforeInaccessiblePage {
 public:
  explicit BeforeInaccessiblePage(std::span<const std::byte> bytes)
      : accessible_(PageUp(bytes.size())) {
    void* block = mmap(nullptr, accessible_ + kPageSize, PROT_READ | PROT_WRITE,
                       MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
    if (block == MAP_FAILED) throw std::runtime_error("mmap");
    block_ = static_cast<std::byte*>(block);
    if (mprotect(block_ + accessible_, kPageSize, PROT_NONE) != 0)
      throw std::runtime_error("mprotect");
    std::byte* start = block_ + ((accessible_ - bytes.size()) & ~uint64_t{7});
    // The bytes that the alignment leaves behind the file end no string.
    std::memset(block_, '~', accessible_);
    std::copy(bytes.begin(), bytes.end(), start);
    span_ = {start, bytes.size()};
  }
  ~BeforeInaccessiblePage() { munmap(block_, accessible_ + kPageSize); }
  BeforeInaccessiblePage(const BeforeInaccessiblePage&) = delete;
  BeforeInaccessiblePage& operator=(const BeforeInaccessiblePage&) = delete;

  std::span<const std::byte> span() const { return span_; }

 private:
  uint64_t accessible_;
  std::byte* block_;
  std::span<const std::byte> span_;
};

// True if all of the string, with its NUL, is in the file.
bool IsInside(std::span<const std::byte> file, const char* text) {
  const auto start = reinterpret_cast<uint64_t>(file.data());
  const uint64_t offset = reinterpret_cast<uint64_t>(text) - start;
  return offset < file.size() && std::memchr(text, '\0', file.size() - offset) != nullptr;
}

// Reads a damaged file: it is refused with a problem, or whatever is found is inside the file. True
// if it is refused.
bool IsRefused(std::span<const std::byte> file) {
  elf::LdCache cache;
  if (const elf::Check problem = cache.Init(file)) {
    EXPECT_NE(Text(problem), "");
    return true;
  }
  for (const char* name : {"liba.1.so", "libb.so", "libisa.so"}) {
    const char* path = cache.Find(name, [] { return 4u; });
    EXPECT_TRUE(path == nullptr || IsInside(file, path)) << name;
  }
  return false;
}

bool IsRefused(const Bytes& file) {
  const bool refused = IsRefused(file.span());  // the address sanitizer sees every step outside
  EXPECT_EQ(IsRefused(BeforeInaccessiblePage(file.span()).span()), refused);
  return refused;
}

std::string Find(const elf::LdCache& cache, const char* name, unsigned level = 1) {
  const char* path = cache.Find(name, [&] { return level; });
  return path == nullptr ? "" : path;
}

class WrittenByLdconfig : public testing::TestWithParam<std::string_view> {
 protected:
  WrittenByLdconfig() { EXPECT_EQ(Text(cache_.Init(bytes_.span())), "ok"); }

  Bytes bytes_ = Bytes::FromHex(GetParam());
  elf::LdCache cache_;
};

TEST_P(WrittenByLdconfig, NamesAreFound) {
  EXPECT_EQ(cache_.entry_count(), 11u);
  EXPECT_EQ(Find(cache_, "liba.1.so"), "/lib/liba.1.so");
  EXPECT_EQ(Find(cache_, "liba.10.so"), "/lib/liba.10.so");
  EXPECT_EQ(Find(cache_, "libisa.so"), "/lib/libisa.so");
}

TEST_P(WrittenByLdconfig, OtherNamesAreNot) {
  for (const char* name : {"", "a", "liba.so", "liba.0.so", "liba.3.so", "liba.11.so", "libb.so.1",
                           "libb.s", "libz.so", "0", "~"}) {
    EXPECT_EQ(Find(cache_, name), "") << name;
  }
}

TEST_P(WrittenByLdconfig, FirstDirectoryOfTheConfigurationCounts) {
  EXPECT_EQ(Find(cache_, "liba.2.so"), "/opt/liba.2.so");
}

TEST_P(WrittenByLdconfig, HighestLevelOfTheCpuCounts) {
  EXPECT_EQ(Find(cache_, "libb.so", 1), "/lib/libb.so");
  EXPECT_EQ(Find(cache_, "libb.so", 2), "/lib/glibc-hwcaps/x86-64-v2/libb.so");
  EXPECT_EQ(Find(cache_, "libb.so", 3), "/lib/glibc-hwcaps/x86-64-v3/libb.so");
  EXPECT_EQ(Find(cache_, "libb.so", 4), "/lib/glibc-hwcaps/x86-64-v4/libb.so");
  EXPECT_EQ(Find(cache_, "libisa.so", 4), "/lib/glibc-hwcaps/x86-64-v2/libisa.so");
}

TEST_P(WrittenByLdconfig, CpuIsAskedOnlyWhereItMatters) {
  int asked = 0;
  const auto level = [&] {
    ++asked;
    return 1u;
  };
  EXPECT_NE(cache_.Find("liba.2.so", level), nullptr);
  EXPECT_EQ(cache_.Find("libc.so", level), nullptr);
  EXPECT_EQ(asked, 0);
  EXPECT_NE(cache_.Find("libb.so", level), nullptr);
  EXPECT_NE(asked, 0);
}

// The table of subdirectories is the last part that is needed. Only the generator's name follows
// it.
TEST_P(WrittenByLdconfig, MayBeCutOffAnywhere) {
  size_t needed = bytes_.size();
  while (needed > 0 && !IsRefused(bytes_.First(needed - 1))) --needed;
  EXPECT_TRUE(GetParam().substr(2 * needed).starts_with("6c64636f6e666967"));  // ldconfig
  for (size_t size = 0; size < needed; ++size) {
    EXPECT_TRUE(IsRefused(bytes_.First(size))) << size;
  }
}

// Most bytes belong to strings, which are not checked. At least those of the header are.
TEST_P(WrittenByLdconfig, MayBeSpoiledAnywhere) {
  size_t refused = 0;
  for (size_t i = 0; i < bytes_.size(); ++i) {
    for (uint8_t value : {uint8_t{0}, uint8_t{1}, uint8_t{0x7f}, uint8_t{0xff}}) {
      Bytes spoiled = bytes_.First(bytes_.size());
      spoiled.At<uint8_t>(i) = value;
      refused += IsRefused(spoiled);
      ASSERT_FALSE(HasFailure()) << "byte " << i << " is " << unsigned{value};
    }
  }
  EXPECT_GE(refused, 4 * elf::kLdCacheMagic.size() - 1);
  EXPECT_LT(refused, bytes_.size());
}

INSTANTIATE_TEST_SUITE_P(All, WrittenByLdconfig, testing::Values(kCacheNew, kCacheCompat),
                         [](const auto& tested) { return tested.index == 0 ? "New" : "Compat"; });

// One entry, in the current format: header, entry, strings, extensions with one section.
class SmallCache : public testing::Test {
 protected:
  enum Offset : uint64_t {
    kHeader = 0,
    kEntry = 48,
    kStrings = 72,
    kName = kStrings + 1,
    kPath = kStrings + 9,
    kLevel = kStrings + 18,
    kExtensions = 100,
    kSection = 108,
    kHwcaps = 124,
    kEnd = 128,
  };

  SmallCache() {
    std::memcpy(header().magic, elf::kLdCacheMagic.data(), sizeof header().magic);
    header().nlibs = 1;
    header().len_strings = kExtensions - kStrings;
    header().flags = 2;
    header().extension_offset = kExtensions;
    entry() = {elf::kLdCacheX86_64, kName, kPath, 0, 0};
    std::memcpy(&bytes_.At<char>(kStrings), "\0libx.so\0/libx.so\0x86-64-v3", 28);
    extensions() = {elf::kLdCacheExtensionMagic, 1};
    section() = {elf::kLdCacheHwcapsTag, 0, kHwcaps, 4};
    bytes_.At<uint32_t>(kHwcaps) = kLevel;
  }

  elf::LdCacheHeader& header() { return bytes_.At<elf::LdCacheHeader>(kHeader); }
  elf::LdCacheEntry& entry() { return bytes_.At<elf::LdCacheEntry>(kEntry); }
  elf::LdCacheExtensions& extensions() { return bytes_.At<elf::LdCacheExtensions>(kExtensions); }
  elf::LdCacheSection& section() { return bytes_.At<elf::LdCacheSection>(kSection); }

  std::string Init() { return Text(cache_.Init(bytes_.span())); }
  std::string InitFirst(size_t size) {
    const Bytes first = bytes_.First(size);
    return Text(cache_.Init(first.span()));
  }

  // The path of "libx.so" on a CPU of this level.
  std::string Find(unsigned level = 1) {
    EXPECT_EQ(Init(), "ok");
    return test::Find(cache_, "libx.so", level);
  }

  Bytes bytes_{kEnd};
  elf::LdCache cache_;
};

TEST_F(SmallCache, IsSound) { EXPECT_EQ(Find(), "/libx.so"); }

TEST_F(SmallCache, WithoutHeader) {
  EXPECT_EQ(InitFirst(0), "no glibc-ld.so.cache1.1 header");
  EXPECT_EQ(InitFirst(19), "no glibc-ld.so.cache1.1 header");
  EXPECT_EQ(InitFirst(20), "size behind the header's offset is 20, expected at least 48");
  header().magic[19] = '0';
  EXPECT_EQ(Init(), "no glibc-ld.so.cache1.1 header");
  EXPECT_EQ(test::Find(cache_, "libx.so"), "");
}

TEST_F(SmallCache, ByteOrder) {
  header().flags = 0;
  EXPECT_EQ(Init(), "ok");
  header().flags = 0xfe;  // the other bits mean nothing
  EXPECT_EQ(Init(), "ok");
  header().flags = 1;
  EXPECT_EQ(Init(), "byte order flag is 1, expected 2");
  header().flags = 3;
  EXPECT_EQ(Init(), "byte order flag is 3, expected 2");
}

TEST_F(SmallCache, Sizes) {
  header().nlibs = 4;
  EXPECT_EQ(Init(), "nlibs is 4, expected at most 3");
  header().nlibs = UINT32_MAX;
  EXPECT_EQ(Init(), "nlibs is 4294967295, expected at most 3");
  header().nlibs = 1;
  header().len_strings = 57;
  EXPECT_EQ(Init(), "len_strings is 57, expected at most 56");
  header().len_strings = UINT32_MAX;
  EXPECT_EQ(Init(), "len_strings is 4294967295, expected at most 56");
  header().len_strings = 27;
  EXPECT_EQ(Init(), "string table does not end in NUL: its last byte is 0x33, len_strings is 0x1b");
}

TEST_F(SmallCache, MayBeEmpty) {
  header().nlibs = header().len_strings = header().extension_offset = 0;
  EXPECT_EQ(InitFirst(48), "ok");
  EXPECT_EQ(test::Find(cache_, "libx.so"), "");
  EXPECT_EQ(test::Find(cache_, ""), "");
}

TEST_F(SmallCache, StringsOutside) {
  entry().value = kExtensions;
  EXPECT_EQ(Find(), "");
  entry().value = kPath;
  entry().key = UINT32_MAX;
  EXPECT_EQ(Find(), "");
}

TEST_F(SmallCache, OnlyLibrariesForX86_64) {
  for (uint32_t flags : {0u, 1u, 3u, 0x803u, 0x10303u}) {
    entry().flags = flags;
    EXPECT_EQ(Find(), "") << flags;
  }
}

TEST_F(SmallCache, Subdirectories) {
  entry().hwcap = elf::kLdCacheExtension;
  EXPECT_EQ(Find(2), "");
  EXPECT_EQ(Find(3), "/libx.so");
  entry().hwcap = elf::kLdCacheExtension | 1;  // there is only one
  EXPECT_EQ(Find(4), "");
  entry().hwcap = elf::kLdCacheExtension;
  bytes_.At<uint32_t>(kHwcaps) = kPath;  // not the name of a level
  EXPECT_EQ(Find(4), "");
  bytes_.At<uint32_t>(kHwcaps) = UINT32_MAX;
  EXPECT_EQ(Find(4), "");
}

TEST_F(SmallCache, LibraryMayNeedMoreThanItsSubdirectory) {
  entry().hwcap = elf::kLdCacheExtension | uint64_t{3} << 32;  // x86-64-v4
  EXPECT_EQ(Find(3), "");
  EXPECT_EQ(Find(4), "/libx.so");
  entry().hwcap = elf::kLdCacheExtension | uint64_t{0x3ff} << 32;
  EXPECT_EQ(Find(4), "");
}

// AT_HWCAP's bits, as ldconfig before glibc 2.37 wrote them for its "legacy" subdirectories.
TEST_F(SmallCache, OtherCapabilitiesAreNotUnderstood) {
  entry().hwcap = 4;
  EXPECT_EQ(Find(4), "");
  entry().hwcap = uint64_t{1} << 63;
  EXPECT_EQ(Find(4), "");
  entry().hwcap = elf::kLdCacheExtension | uint64_t{1} << 42;
  EXPECT_EQ(Find(4), "");
}

TEST_F(SmallCache, WithoutExtensions) {
  header().extension_offset = 0;
  EXPECT_EQ(Find(), "/libx.so");
  extensions().count = 0;
  header().extension_offset = kExtensions;
  EXPECT_EQ(Find(), "/libx.so");
  extensions().count = 1;
  section() = {0, 0, UINT32_MAX, UINT32_MAX};  // the generator's name, which is not used
  EXPECT_EQ(Find(), "/libx.so");
}

// glibc 2.44 keeps system-wide tunables in a section. Wherever such sections are, and whatever they
// hold, the names of the subdirectories are read.
TEST_F(SmallCache, UnknownSections) {
  entry().hwcap = elf::kLdCacheExtension;
  Bytes longer(kEnd + sizeof(elf::LdCacheExtensions) + 3 * sizeof(elf::LdCacheSection));
  std::memcpy(&longer.At<char>(0), &bytes_.At<char>(0), kEnd);
  longer.At<elf::LdCacheHeader>(kHeader).extension_offset = kEnd;
  longer.At<elf::LdCacheExtensions>(kEnd) = {elf::kLdCacheExtensionMagic, 3};
  auto* sections = &longer.At<elf::LdCacheSection>(kEnd + sizeof(elf::LdCacheExtensions));
  sections[0] = {2, 0, kStrings, kEnd - kStrings};
  sections[1] = section();
  sections[2] = {UINT32_MAX, UINT32_MAX, UINT32_MAX, UINT32_MAX};
  ASSERT_EQ(Text(cache_.Init(longer.span())), "ok");
  EXPECT_EQ(test::Find(cache_, "libx.so", 2), "");
  EXPECT_EQ(test::Find(cache_, "libx.so", 3), "/libx.so");
}

TEST_F(SmallCache, ExtensionsOutside) {
  header().extension_offset = 102;
  EXPECT_EQ(Init(), "extension_offset is 0x66, expected a multiple of 0x4");
  header().extension_offset = kEnd - 4;
  EXPECT_EQ(Init(), "extension_offset is 0x7c, outside the file, which ends at 0x80");
  header().extension_offset = UINT32_MAX - 3;
  EXPECT_EQ(Init(), "extension_offset is 0xfffffffc, outside the file, which ends at 0x80");
}

TEST_F(SmallCache, ExtensionDirectory) {
  extensions().magic = 7;
  EXPECT_EQ(Init(), "extension magic is 0x7, expected 0xeaa42174");
  extensions().magic = elf::kLdCacheExtensionMagic;
  extensions().count = 2;
  EXPECT_EQ(Init(), "extension count is 2, expected at most 1");
  extensions().count = UINT32_MAX;
  EXPECT_EQ(Init(), "extension count is 4294967295, expected at most 1");
}

TEST_F(SmallCache, HwcapsSection) {
  section().offset = kHwcaps + 2;
  EXPECT_EQ(Init(), "glibc-hwcaps section is at 0x7e, expected a multiple of 0x4");
  section().offset = kEnd + 4;
  EXPECT_EQ(Init(), "glibc-hwcaps section is at 0x84, not all inside the file, which ends at 0x80");
  section().offset = kHwcaps;
  section().size = 8;
  EXPECT_EQ(Init(), "glibc-hwcaps section is at 0x7c, not all inside the file, which ends at 0x80");
  section().size = UINT32_MAX - 3;
  EXPECT_EQ(Init(), "glibc-hwcaps section is at 0x7c, not all inside the file, which ends at 0x80");
  section().size = 3;
  EXPECT_EQ(Init(), "glibc-hwcaps section size is 0x3, expected a multiple of 0x4");
}

TEST(OldCache, WithoutTheCurrentFormatIsRefused) {
  Bytes bytes(28);
  elf::LdCache cache;
  std::memcpy(&bytes.At<char>(0), elf::kLdCacheOldMagic.data(), elf::kLdCacheOldMagic.size());
  bytes.At<elf::LdCacheOldHeader>(0).nlibs = 1;
  EXPECT_EQ(Text(cache.Init(bytes.span())), "no glibc-ld.so.cache1.1 header");
  EXPECT_EQ(Text(cache.Init(bytes.First(11).span())), "no glibc-ld.so.cache1.1 header");
  bytes.At<elf::LdCacheOldHeader>(0).nlibs = 2;
  EXPECT_EQ(Text(cache.Init(bytes.span())), "nlibs of the old format is 2, expected at most 1");
  bytes.At<elf::LdCacheOldHeader>(0).nlibs = UINT32_MAX;
  EXPECT_EQ(Text(cache.Init(bytes.span())),
            "nlibs of the old format is 4294967295, expected at most 1");
}

TEST(LdCacheNames, AreOrderedAsLdconfigDoes) {
  // In ascending order.
  constexpr const char* kAscending[] = {"",
                                        "lib",
                                        "lib.so",
                                        "lib.so.a",
                                        "lib.so.1",
                                        "lib.so.1.2",
                                        "lib.so.1.10",
                                        "lib.so.1a",
                                        "lib.so.2",
                                        "lib.so.10",
                                        "lib.so.999999999",
                                        "libb",
                                        "libc",
                                        "libc6",
                                        "1",
                                        "10"};
  for (size_t i = 0; i < std::size(kAscending); ++i) {
    for (size_t j = 0; j < std::size(kAscending); ++j) {
      const int order = elf::CompareLdCacheNames(kAscending[i], kAscending[j]);
      EXPECT_EQ(order < 0, i < j) << kAscending[i] << " and " << kAscending[j];
      EXPECT_EQ(order == 0, i == j) << kAscending[i] << " and " << kAscending[j];
    }
  }
}

TEST(LdCacheNames, NumbersAreEqualByValue) {
  EXPECT_EQ(elf::CompareLdCacheNames("lib.so.01", "lib.so.1"), 0);
  EXPECT_LT(elf::CompareLdCacheNames("lib.so.2", "lib.so.010"), 0);
}

TEST(LdCacheNames, LongNumbersWrapAround) {
  EXPECT_EQ(elf::CompareLdCacheNames("lib.so.4294967296", "lib.so.0"), 0);
  EXPECT_LT(elf::CompareLdCacheNames("lib-20230101123456.so", "lib-20230101123457.so"), 0);
}

TEST(Hwcaps, LevelsOfSubdirectories) {
  EXPECT_EQ(elf::HwcapsLevel("x86-64-v2"), 2u);
  EXPECT_EQ(elf::HwcapsLevel("x86-64-v3"), 3u);
  EXPECT_EQ(elf::HwcapsLevel("x86-64-v4"), 4u);
  for (const char* name : {"", "x86-64-v", "x86-64-v0", "x86-64-v1", "x86-64-v5", "x86-64-v\xff",
                           "x86-64-v22", "X86-64-v2", "z13"}) {
    EXPECT_EQ(elf::HwcapsLevel(name), 0u) << name;
  }
}

}  // namespace
}  // namespace signet::test
