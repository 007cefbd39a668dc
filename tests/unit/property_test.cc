// SPDX-License-Identifier: MIT
//
// The mark that asks a loader to seal a module, in valid notes and in damaged ones.
#include "elf/property.h"

#include <gtest/gtest.h>

#include <cstring>
#include <string_view>
#include <vector>

#include "tests/unit/module_memory.h"

namespace signet::test {
namespace {

using Bytes = std::vector<std::byte>;

void Append(Bytes& bytes, std::initializer_list<uint32_t> words) {
  for (const uint32_t word : words) {
    const auto source = std::as_bytes(std::span(&word, 1));
    bytes.insert(bytes.end(), source.begin(), source.end());
  }
}

constexpr uint32_t kGnu = 0x00554e47;         // "GNU\0"
constexpr uint32_t kX86Feature = 0xc0000002;  // GNU_PROPERTY_X86_FEATURE_1_AND

// A GNU note with `properties`, whose sizes are multiples of 8 bytes.
Bytes Note(std::initializer_list<uint32_t> properties, uint32_t type = NT_GNU_PROPERTY_TYPE_0) {
  Bytes bytes;
  Append(bytes, {4, static_cast<uint32_t>(properties.size() * 4), type, kGnu});
  Append(bytes, properties);
  return bytes;
}

Bytes operator+(Bytes a, const Bytes& b) {
  a.insert(a.end(), b.begin(), b.end());
  return a;
}

bool IsMarked(const Bytes& notes) { return elf::HasMemorySeal(std::span<const std::byte>(notes)); }

TEST(Property, TheMark) {
  EXPECT_TRUE(IsMarked(Note({3, 0})));
  EXPECT_FALSE(IsMarked({}));
  EXPECT_FALSE(IsMarked(Note({})));
  EXPECT_FALSE(IsMarked(Note({2, 0})));
}

TEST(Property, AmongOthers) {
  EXPECT_TRUE(IsMarked(Note({1, 8, 0x1000, 0, 2, 0, 3, 0, kX86Feature, 4, 3, 0})));
  EXPECT_FALSE(IsMarked(Note({1, 8, 0x1000, 0, 2, 0, kX86Feature, 4, 3, 0})));
  // The same bytes inside the value of another property.
  EXPECT_FALSE(IsMarked(Note({1, 8, 3, 0})));
}

TEST(Property, InALaterNote) {
  const Bytes mark = Note({3, 0});
  EXPECT_TRUE(IsMarked(Note({kX86Feature, 4, 3, 0}) + mark));
  EXPECT_TRUE(IsMarked(Note({0x12345678, 0x9abcdef0}, NT_GNU_BUILD_ID) + mark));
  EXPECT_TRUE(IsMarked(Note({}) + mark));
}

TEST(Property, NotesOfOthers) {
  EXPECT_FALSE(IsMarked(Note({3, 0}, NT_GNU_BUILD_ID)));
  Bytes foreign = Note({3, 0});
  foreign[12] = std::byte{'g'};
  EXPECT_FALSE(IsMarked(foreign));
  Bytes longer;  // "GNU\0\0": another name, padded to 8
  Append(longer, {5, 8, NT_GNU_PROPERTY_TYPE_0, kGnu, 0, 0, 3, 0});
  EXPECT_FALSE(IsMarked(longer));
}

TEST(Property, TheMarkHasNoValue) { EXPECT_FALSE(IsMarked(Note({3, 4, 1, 0}))); }

// No size makes the reader go outside.
TEST(Property, SizesThatAreTooLarge) {
  for (const uint32_t size : {9u, 0x7fffffffu, 0xfffffff8u, 0xffffffffu}) {
    EXPECT_FALSE(IsMarked(Note({1, size, 0, 0, 3, 0}))) << size;
    for (const size_t field : {size_t{0}, size_t{4}}) {
      Bytes notes = Note({3, 0});
      std::memcpy(notes.data() + field, &size, sizeof size);
      EXPECT_FALSE(IsMarked(notes)) << size << " at " << field;
    }
  }
}

TEST(Property, CutAnywhere) {
  const Bytes notes = Note({1, 8, 0, 0, 3, 0});
  for (size_t size = 0; size < notes.size(); ++size) {
    EXPECT_FALSE(IsMarked(Bytes(notes.begin(), notes.begin() + static_cast<ptrdiff_t>(size))))
        << size;
  }
}

// A module whose note is covered by one header of `type` and `align`.
bool ModuleIsMarked(uint32_t type, uint64_t align, uint64_t memsz, bool other_property = false) {
  const Bytes notes = Note({3, 0});
  const elf::Phdr header = {type, PF_R, 0x100, 0x100, 0x100, memsz, memsz, align};
  std::vector<elf::Phdr> phdrs = {ModuleMemory::Load(0, 0x1000, PF_R), header};
  if (other_property) phdrs.push_back({PT_GNU_PROPERTY, PF_R, 0x200, 0x200, 0x200, 24, 24, 8});
  ModuleMemory memory(phdrs, 0x1000);
  std::memcpy(&memory.At<std::byte>(0x100), notes.data(), notes.size());
  return elf::HasMemorySeal(memory.image());
}

TEST(Property, WhereItIsFound) {
  EXPECT_TRUE(ModuleIsMarked(PT_GNU_PROPERTY, 8, 24));
  EXPECT_TRUE(ModuleIsMarked(PT_NOTE, 8, 24));
  EXPECT_FALSE(ModuleIsMarked(PT_NOTE, 4, 24));
  EXPECT_FALSE(ModuleIsMarked(PT_LOAD, 8, 24));
  EXPECT_FALSE(ModuleIsMarked(PT_NOTE, 8, 24, /*other_property=*/true));
  EXPECT_FALSE(ModuleIsMarked(PT_GNU_PROPERTY, 8, 0));
  EXPECT_FALSE(ModuleIsMarked(PT_GNU_PROPERTY, 8, 0x1000));  // ends outside the segment
  EXPECT_FALSE(ModuleIsMarked(PT_GNU_PROPERTY, 8, UINT64_MAX));
}

// glibc's start files have a note of another form, behind or in front of others.
TEST(Property, AbiTag) {
  const auto has_tag = [](uint32_t header_type, uint64_t align, uint32_t note_type) {
    Bytes notes;
    Append(notes, {4, 4, NT_GNU_BUILD_ID, kGnu, 0x12345678});
    Append(notes, {4, 16, note_type, kGnu, 0, 3, 2, 0});
    const elf::Phdr header = {header_type, PF_R,         0x100,        0x100,
                              0x100,       notes.size(), notes.size(), align};
    ModuleMemory memory({ModuleMemory::Load(0, 0x1000, PF_R), header}, 0x1000);
    std::memcpy(&memory.At<std::byte>(0x100), notes.data(), notes.size());
    return elf::HasAbiTag(memory.image());
  };
  EXPECT_TRUE(has_tag(PT_NOTE, 4, NT_GNU_ABI_TAG));
  EXPECT_FALSE(has_tag(PT_NOTE, 4, NT_GNU_GOLD_VERSION));
  EXPECT_FALSE(has_tag(PT_NOTE, 8, NT_GNU_ABI_TAG));
  EXPECT_FALSE(has_tag(PT_GNU_PROPERTY, 4, NT_GNU_ABI_TAG));
}

}  // namespace
}  // namespace signet::test
