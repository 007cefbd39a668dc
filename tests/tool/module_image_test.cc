// SPDX-License-Identifier: MIT
#include "tool/process/module_image.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <array>
#include <cstring>
#include <functional>

#include "base/page.h"
#include "elf/types.h"
#include "tests/tool/fake_memory.h"
#include "tests/tool/fake_module.h"

namespace signet::tool {
namespace {

using test::FakeMemory;
using test::FakeModule;

constexpr uint64_t kStart = 0x7f0000010000;

std::optional<ModuleImage> Read(FakeModule& module) {
  FakeMemory memory;
  module.PutInto(memory);
  return ReadImage(memory.reader(), module.start, kPageSize);
}

TEST(ReadImage, Example) {
  FakeModule module(kStart);
  const auto image = Read(module);
  ASSERT_TRUE(image);
  EXPECT_EQ(image->start, kStart);
  EXPECT_EQ(image->end, kStart + FakeModule::kSize);
  EXPECT_EQ(image->load_bias, kStart);
  EXPECT_EQ(image->soname, "libfake.so.1");
  ASSERT_EQ(image->segments.size(), 3u);
  EXPECT_EQ(image->segments[1].start, kStart + 0x1000);
  EXPECT_EQ(image->segments[1].end, kStart + 0x2000);
  EXPECT_EQ(image->segments[1].flags, uint32_t{PF_R | PF_X});
  EXPECT_EQ(image->segments[2].offset, FakeModule::kFileOffsetOfRelro);
  EXPECT_EQ(image->relro_start, kStart + FakeModule::kRelro);
  EXPECT_EQ(image->relro_end, kStart + FakeModule::kData);
}

TEST(ReadImage, FixedAddress) {
  FakeModule module(0x400000);
  module.header.e_type = ET_EXEC;
  for (Elf64_Phdr& segment : module.segments) segment.p_vaddr += 0x400000;
  for (Elf64_Dyn& entry : module.dynamic) {
    if (entry.d_tag > DT_HASH && entry.d_tag != DT_SONAME) entry.d_un.d_ptr += 0x400000;
  }
  const auto image = Read(module);
  ASSERT_TRUE(image);
  EXPECT_EQ(image->load_bias, 0u);
  EXPECT_EQ(image->soname, "libfake.so.1");
}

// glibc's dynamic linker adds the load bias to the addresses in the dynamic section.
TEST(ReadImage, RelocatedDynamicSection) {
  FakeModule module(kStart);
  for (Elf64_Dyn& entry : module.dynamic) {
    if (entry.d_tag > DT_HASH && entry.d_tag != DT_SONAME) entry.d_un.d_ptr += kStart;
  }
  const auto image = Read(module);
  ASSERT_TRUE(image);
  EXPECT_EQ(image->soname, "libfake.so.1");
}

// GNU_PROPERTY_MEMORY_SEAL, the only property of its note.
TEST(ReadImage, Mark) {
  constexpr uint64_t kNote = 0x700;
  const auto is_marked = [](uint32_t type, uint32_t property, uint64_t size) {
    FakeModule module(kStart);
    module.segments.push_back(FakeModule::Segment(type, PF_R, kNote, kNote, size));
    module.segments.back().p_align = 8;
    FakeMemory memory;
    module.PutInto(memory);
    memory.Put(kStart + kNote,
               std::array<uint32_t, 6>{4, 8, NT_GNU_PROPERTY_TYPE_0, 0x00554e47, property, 0});
    return ReadImage(memory.reader(), kStart, FakeModule::kText)->marked;
  };
  EXPECT_TRUE(is_marked(PT_GNU_PROPERTY, 3, 24));
  EXPECT_TRUE(is_marked(PT_NOTE, 3, 24));
  EXPECT_FALSE(is_marked(PT_GNU_PROPERTY, 2, 24));
  EXPECT_FALSE(is_marked(PT_GNU_PROPERTY, 3, UINT64_MAX));  // cannot be read
  FakeModule without_note(kStart);
  EXPECT_FALSE(Read(without_note)->marked);
}

TEST(ReadImage, RelroEndsInWholePages) {
  FakeModule module(kStart);
  module.segments[4].p_memsz = 0x1234;
  EXPECT_EQ(Read(module)->relro_end, kStart + FakeModule::kData);
}

TEST(ReadImage, OfTwoSegmentsInOnePageTheLaterHasIt) {
  FakeModule module(kStart);
  module.segments[1].p_memsz = 0x2800;
  const auto image = Read(module);
  ASSERT_TRUE(image);
  EXPECT_EQ(image->segments[1].end, kStart + FakeModule::kRelro);
  EXPECT_EQ(image->segments[2].start, kStart + FakeModule::kRelro);
}

struct Spoilt {
  const char* name;
  std::function<void(FakeModule&)> spoil;
};
void PrintTo(const Spoilt& spoilt, std::ostream* out) { *out << spoilt.name; }

class ReadImageRefuses : public testing::TestWithParam<Spoilt> {};

TEST_P(ReadImageRefuses, Headers) {
  FakeModule module(kStart);
  GetParam().spoil(module);
  EXPECT_FALSE(Read(module));
}

INSTANTIATE_TEST_SUITE_P(
    Field, ReadImageRefuses,
    testing::Values(
        Spoilt{"magic", [](auto& module) { module.header.e_ident[1] = 'e'; }},
        Spoilt{"big_endian", [](auto& module) { module.header.e_ident[EI_DATA] = ELFDATA2MSB; }},
        Spoilt{"phoff", [](auto& module) { module.header.e_phoff = UINT64_MAX; }},
        Spoilt{"phoff_end", [](auto& module) { module.header.e_phoff = 4090; }},
        Spoilt{"phentsize", [](auto& module) { module.header.e_phentsize = 0xffff; }},
        Spoilt{"no_load",
               [](auto& module) {
                 module.segments.erase(module.segments.begin(), module.segments.begin() + 3);
               }},
        Spoilt{"wraps", [](auto& module) { module.segments[2].p_memsz = UINT64_MAX; }},
        Spoilt{"wraps_with_bias",
               [](auto& module) { module.segments[2].p_vaddr = UINT64_MAX - 0x100000; }},
        Spoilt{"headers_not_mapped", [](auto& module) { module.segments[0].p_offset = 0x1000; }}),
    [](const auto& test) { return test.param.name; });

TEST(ReadImage, NothingThere) {
  FakeMemory memory;
  EXPECT_FALSE(ReadImage(memory.reader(), kStart, kPageSize));
  memory.Map(kStart, 10);
  EXPECT_FALSE(ReadImage(memory.reader(), kStart, kPageSize));
}

// No value of a single byte of the headers leads to a crash or an impossible image.
TEST(ReadImage, SpoiltAnywhere) {
  FakeModule module(kStart);
  FakeMemory memory;
  module.PutInto(memory);
  const size_t size = sizeof(Elf64_Ehdr) + module.segments.size() * sizeof(Elf64_Phdr);
  std::vector<std::byte> original(size);
  ASSERT_TRUE(memory.reader()(kStart, original));
  for (size_t i = 0; i < size; ++i) {
    for (const int value : {0x00, 0x01, 0x7f, 0x80, 0xff}) {
      memory.Write(kStart, original);
      memory.Put(kStart + i, static_cast<std::byte>(value));
      const auto image = ReadImage(memory.reader(), kStart, kPageSize);
      if (!image) continue;
      uint64_t position = image->start;
      for (const Segment& segment : image->segments) {
        ASSERT_GE(segment.start, position);
        ASSERT_GT(segment.end, segment.start);
        position = segment.end;
      }
      ASSERT_EQ(position, image->end);
    }
  }
}

TEST(ReadImage, UnterminatedDynamicSection) {
  FakeModule module(kStart);
  module.dynamic.assign(16, {DT_SONAME, {1}});
  EXPECT_TRUE(Read(module));
}

TEST(ReadImage, SonameOutsideMemory) {
  FakeModule module(kStart);
  module.dynamic[0].d_un.d_val = 0x10000000;
  const auto image = Read(module);
  ASSERT_TRUE(image);
  EXPECT_EQ(image->soname, "");
}

TEST(FindImages, AModuleAmongOtherMappings) {
  FakeModule module(kStart);
  FakeMemory memory;
  module.PutInto(memory);
  memory.Map(0x1000, 0x1000);
  auto mappings = module.Mappings();
  mappings.insert(mappings.begin(), test::MakeMapping(0x1000, 0x2000, "rw-p"));
  const auto images = FindImages(memory.reader(), mappings).modules;
  ASSERT_EQ(images.size(), 1u);
  EXPECT_EQ(images[0].start, kStart);
}

// A thousand modules of notes: reading ends, and the report says where.
TEST(FindImages, AProcessThatKeepsTheReaderBusy) {
  constexpr int kHeaders = 1150;
  struct {
    Elf64_Ehdr header = {};
    Elf64_Phdr segments[kHeaders] = {};
  } file;
  std::memcpy(file.header.e_ident, "\177ELF\2\1\1", 7);
  file.header.e_type = ET_DYN;
  file.header.e_machine = EM_X86_64;
  file.header.e_version = EV_CURRENT;
  file.header.e_phoff = sizeof file.header;
  file.header.e_phentsize = sizeof(Elf64_Phdr);
  file.header.e_phnum = kHeaders;
  for (Elf64_Phdr& segment : file.segments) {
    segment.p_type = PT_NOTE;
    segment.p_memsz = 48;
    segment.p_align = 8;
  }
  file.segments[0].p_type = PT_LOAD;
  file.segments[0].p_memsz = 0x10000;

  uint64_t bytes = 0;
  uint64_t reads = 0;
  const ReadMemory read = [&](uint64_t address, std::span<std::byte> into) {
    bytes += into.size();
    ++reads;
    const size_t offset = std::min<size_t>(address % 0x20000, sizeof file);
    std::memset(into.data(), 0, into.size());
    std::memcpy(into.data(), reinterpret_cast<const char*>(&file) + offset,
                std::min(into.size(), sizeof file - offset));
    return true;
  };
  std::vector<SmapsMapping> mappings;
  for (uint64_t i = 1; i <= 1000; ++i)
    mappings.push_back(test::MakeMapping(i * 0x20000, i * 0x20000 + 0x10000, "r--p", "/notes"));
  const Images images = FindImages(read, mappings);
  EXPECT_LE(bytes, kMaxImageCost);
  EXPECT_LE(reads, kMaxImageCost / 512);
  ASSERT_TRUE(images.cut_at.has_value());
  EXPECT_EQ(*images.cut_at, (images.modules.size() + 1) * 0x20000);
  EXPECT_GT(images.modules.size(), 100u);

  mappings.resize(10);
  EXPECT_FALSE(FindImages(read, mappings).cut_at.has_value());
  EXPECT_EQ(FindImages(read, mappings).modules.size(), 10u);
}

TEST(FindImages, AModuleWithoutAFile) {
  FakeModule module(kStart);
  module.path = "";
  FakeMemory memory;
  module.PutInto(memory);
  auto mappings = module.Mappings();
  for (SmapsMapping& mapping : mappings) mapping.offset = 0;
  EXPECT_EQ(FindImages(memory.reader(), mappings).modules.size(), 1u);
}

TEST(FindImages, RelroInAnonymousMemory) {
  FakeModule module(kStart);
  FakeMemory memory;
  module.PutInto(memory);
  auto mappings = module.Mappings();
  mappings[3] = test::MakeMapping(mappings[3].start, mappings[3].end, "r--p");
  EXPECT_EQ(FindImages(memory.reader(), mappings).modules.size(), 1u);
}

// A program such as objdump maps an ELF file only to read it.
TEST(FindImages, AFileThatIsMerelyReadIsNoModule) {
  FakeModule module(kStart);
  FakeMemory memory;
  module.PutInto(memory);
  const std::vector<SmapsMapping> mappings = {
      test::MakeMapping(kStart, kStart + FakeModule::kSize, "r--p", "/lib/libfake.so")};
  EXPECT_TRUE(FindImages(memory.reader(), mappings).modules.empty());
}

TEST(FindImages, AFileMappedExecutableInOnePieceIsNoModule) {
  FakeModule module(kStart);
  FakeMemory memory;
  module.PutInto(memory);
  const std::vector<SmapsMapping> mappings = {
      test::MakeMapping(kStart, kStart + FakeModule::kSize, "r-xp", "/lib/libfake.so")};
  EXPECT_TRUE(FindImages(memory.reader(), mappings).modules.empty());
}

std::optional<uint64_t> Find(FakeModule& module, std::string_view name = "an_object") {
  FakeMemory memory;
  module.PutInto(memory);
  const auto image = ReadImage(memory.reader(), module.start, kPageSize);
  if (!image) return std::nullopt;
  return FindObject(memory.reader(), *image, name, 8);
}

TEST(FindObject, There) {
  FakeModule module(kStart);
  EXPECT_EQ(Find(module), kStart + FakeModule::kObject);
}

TEST(FindObject, NotThere) {
  FakeModule module(kStart);
  EXPECT_EQ(Find(module, "other"), std::nullopt);
}

class FindObjectRefuses : public testing::TestWithParam<Spoilt> {};

TEST_P(FindObjectRefuses, Tables) {
  FakeModule module(kStart);
  GetParam().spoil(module);
  EXPECT_EQ(Find(module), std::nullopt);
}

constexpr uint32_t kHash = 0;  // any value

INSTANTIATE_TEST_SUITE_P(
    Field, FindObjectRefuses,
    testing::Values(
        Spoilt{"no_symtab", [](auto& module) { module.dynamic[1].d_tag = DT_DEBUG; }},
        Spoilt{"no_hash", [](auto& module) { module.dynamic[3].d_tag = DT_DEBUG; }},
        Spoilt{"wild_symtab", [](auto& module) { module.dynamic[1].d_un.d_ptr = UINT64_MAX; }},
        Spoilt{"wild_strtab", [](auto& module) { module.dynamic[2].d_un.d_ptr = 1ULL << 62; }},
        Spoilt{"wild_hash", [](auto& module) { module.dynamic[3].d_un.d_ptr = 1ULL << 63; }},
        Spoilt{"undefined", [](auto& module) { module.symbol.st_shndx = SHN_UNDEF; }},
        Spoilt{"function",
               [](auto& module) { module.symbol.st_info = ELF64_ST_INFO(STB_GLOBAL, STT_FUNC); }},
        Spoilt{"size", [](auto& module) { module.symbol.st_size = 16; }},
        Spoilt{"name", [](auto& module) { module.symbol.st_name = 17; }},
        Spoilt{"before_image", [](auto& module) { module.symbol.st_value = UINT64_MAX; }},
        Spoilt{"behind_image", [](auto& module) { module.symbol.st_value = FakeModule::kSize; }},
        Spoilt{"across_end", [](auto& module) { module.symbol.st_value = FakeModule::kSize - 7; }},
        Spoilt{"no_buckets", [](auto& module) { module.gnu_hash = {0, 1, 1, 6, 0, 0, 1, kHash}; }},
        Spoilt{"empty_bucket",
               [](auto& module) { module.gnu_hash = {1, 1, 1, 6, 0, 0, 0, kHash}; }},
        Spoilt{"wild_bucket",
               [](auto& module) { module.gnu_hash = {1, 1, 1, 6, 0, 0, UINT32_MAX, kHash}; }},
        Spoilt{"wild_bloom",
               [](auto& module) { module.gnu_hash = {1, 1, UINT32_MAX, 6, 0, 0, 1, kHash}; }},
        Spoilt{"wild_bucket_count",
               [](auto& module) { module.gnu_hash = {UINT32_MAX, 1, 1, 6, 0, 0, 1, kHash}; }},
        // A chain without an end continues in zeros, and zeros do not end it.
        Spoilt{"endless_chain",
               [](auto& module) { module.gnu_hash = {1, 1, 1, 6, 0, 0, 1, kHash, 0, 0, 0}; }}),
    [](const auto& test) { return test.param.name; });

}  // namespace
}  // namespace signet::tool
