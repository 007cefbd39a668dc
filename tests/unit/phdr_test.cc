// SPDX-License-Identifier: MIT
//
// The ELF header and the program headers: valid ones pass, and each error has its exact message.
#include "elf/phdr.h"

#include <gtest/gtest.h>

#include <vector>

#include "tests/unit/problem_text.h"

namespace signet::test {
namespace {

constexpr uint64_t kFileSize = 0x5000;

elf::Ehdr SoundHeader() {
  elf::Ehdr header = {};
  std::memcpy(header.e_ident, ELFMAG, SELFMAG);
  header.e_ident[EI_CLASS] = ELFCLASS64;
  header.e_ident[EI_DATA] = ELFDATA2LSB;
  header.e_ident[EI_VERSION] = EV_CURRENT;
  header.e_type = ET_DYN;
  header.e_machine = EM_X86_64;
  header.e_version = EV_CURRENT;
  header.e_phoff = sizeof header;
  header.e_phentsize = sizeof(elf::Phdr);
  header.e_phnum = 4;
  return header;
}

std::string ReadHeader(const elf::Ehdr& header, size_t size = sizeof(elf::Ehdr),
                       uint64_t file_size = kFileSize) {
  elf::Ehdr out;
  return Text(
      elf::ReadFileHeader(std::as_bytes(std::span(&header, 1)).first(size), file_size, out));
}

struct HeaderCase {
  const char* name;
  void (*spoil)(elf::Ehdr& header);
  const char* text;
};

void PrintTo(const HeaderCase& header_case, std::ostream* stream) { *stream << header_case.name; }

constexpr HeaderCase kHeaderCases[] = {
    {"sound", [](elf::Ehdr&) {}, "ok"},
    {"exec", [](elf::Ehdr& header) { header.e_type = ET_EXEC; }, "ok"},
    {"gnu_abi", [](elf::Ehdr& header) { header.e_ident[EI_OSABI] = ELFOSABI_GNU; }, "ok"},
    {"magic", [](elf::Ehdr& header) { header.e_ident[3] = 'f'; }, "invalid ELF header"},
    {"class_32", [](elf::Ehdr& header) { header.e_ident[EI_CLASS] = ELFCLASS32; },
     "wrong ELF class: ELFCLASS32"},
    {"class_3", [](elf::Ehdr& header) { header.e_ident[EI_CLASS] = 3; },
     "e_ident[EI_CLASS] is 3, expected 2"},
    {"big_endian", [](elf::Ehdr& header) { header.e_ident[EI_DATA] = ELFDATA2MSB; },
     "ELF file data encoding not little-endian"},
    {"ident_version", [](elf::Ehdr& header) { header.e_ident[EI_VERSION] = 0; },
     "ELF file version ident does not match current one"},
    {"version", [](elf::Ehdr& header) { header.e_version = 2; },
     "ELF file version does not match current one"},
    {"os_abi", [](elf::Ehdr& header) { header.e_ident[EI_OSABI] = ELFOSABI_FREEBSD; },
     "ELF file OS ABI invalid"},
    {"machine", [](elf::Ehdr& header) { header.e_machine = EM_386; },
     "e_machine is 3, expected 62"},
    {"type", [](elf::Ehdr& header) { header.e_type = ET_REL; },
     "only ET_DYN and ET_EXEC can be loaded"},
    {"no_phdrs", [](elf::Ehdr& header) { header.e_phnum = 0; },
     "object file has no loadable segments"},
    {"phentsize", [](elf::Ehdr& header) { header.e_phentsize = 32; },
     "e_phentsize is 32, expected 56"},
    {"phoff_not_aligned", [](elf::Ehdr& header) { header.e_phoff = 0x44; }, "ok"},
    {"phoff_at_the_end", [](elf::Ehdr& header) { header.e_phoff = kFileSize - 4 * 56; }, "ok"},
    {"phoff_reaches_outside", [](elf::Ehdr& header) { header.e_phoff = kFileSize - 4 * 56 + 8; },
     "e_phoff is 0x4f28: program headers outside the file, which ends at 0x5000"},
    {"phoff_outside", [](elf::Ehdr& header) { header.e_phoff = kFileSize + 8; },
     "e_phoff is 0x5008: program headers outside the file, which ends at 0x5000"},
    {"phoff_wraps_around", [](elf::Ehdr& header) { header.e_phoff = UINT64_MAX - 7; },
     "e_phoff is 0xfffffffffffffff8: program headers outside the file, which ends at 0x5000"},
    {"phnum", [](elf::Ehdr& header) { header.e_phnum = 0xffff; },
     "e_phoff is 0x40: program headers outside the file, which ends at 0x5000"},
};

class FileHeader : public testing::TestWithParam<HeaderCase> {};

TEST_P(FileHeader, IsReadAsFollows) {
  elf::Ehdr header = SoundHeader();
  GetParam().spoil(header);
  EXPECT_EQ(ReadHeader(header), GetParam().text);
}

template <typename Case>
std::string CaseName(const testing::TestParamInfo<Case>& tested) {
  return tested.param.name;
}

INSTANTIATE_TEST_SUITE_P(All, FileHeader, testing::ValuesIn(kHeaderCases), CaseName<HeaderCase>);

TEST(ShortFile, IsTooShortIfItBeginsLikeElf) {
  const elf::Ehdr header = SoundHeader();
  EXPECT_EQ(ReadHeader(header, 0), "file too short");
  EXPECT_EQ(ReadHeader(header, 3), "file too short");
  EXPECT_EQ(ReadHeader(header, 4), "file too short");
  EXPECT_EQ(ReadHeader(header, 63), "file too short");
}

TEST(ShortFile, IsNoElfFileIfItDoesNot) {
  elf::Ehdr header = {};
  std::memcpy(&header, "#!/bin/sh\n", 10);
  EXPECT_EQ(ReadHeader(header, 3), "file too short");
  EXPECT_EQ(ReadHeader(header, 10), "invalid ELF header");
}

TEST(FileHeaderCopy, IsTheHeader) {
  const elf::Ehdr header = SoundHeader();
  elf::Ehdr out = {};
  EXPECT_FALSE(elf::ReadFileHeader(std::as_bytes(std::span(&header, 1)), kFileSize, out));
  EXPECT_EQ(std::memcmp(&header, &out, sizeof out), 0);
}

// A small shared object: text, then data with RELRO, TLS and .bss.
struct Layout {
  enum { kText, kData, kDynamic, kInterp, kTls, kRelro, kStack, kEhFrame, kCount };

  elf::Phdr phdrs[kCount] = {
      Make(PT_LOAD, PF_R | PF_X, 0, 0, 0x1234, 0x1234, 0x1000),
      Make(PT_LOAD, PF_R | PF_W, 0x1d00, 0x2d00, 0x400, 0x900, 0x1000),
      Make(PT_DYNAMIC, PF_R | PF_W, 0x1e00, 0x2e00, 0x150, 0x150, 8),
      Make(PT_INTERP, PF_R, 0x300, 0x300, 0x1c, 0x1c, 1),
      Make(PT_TLS, PF_R, 0x1d00, 0x2d00, 0x10, 0x20, 16),
      Make(PT_GNU_RELRO, PF_R, 0x1d00, 0x2d00, 0x300, 0x300, 1),
      Make(PT_GNU_STACK, PF_R | PF_W, 0, 0, 0, 0, 16),
      Make(PT_GNU_EH_FRAME, PF_R, 0x1000, 0x1000, 0x34, 0x34, 4),
  };

  static elf::Phdr Make(uint32_t type, uint32_t flags, uint64_t offset, uint64_t vaddr,
                        uint64_t filesz, uint64_t memsz, uint64_t align) {
    return {type, flags, offset, vaddr, vaddr, filesz, memsz, align};
  }

  elf::Phdr room[3 * kCount] = {};

  elf::Phdr& operator[](size_t i) { return phdrs[i]; }
};

elf::Check Read(Layout& layout, uint64_t file_size, elf::ProgramHeaders& headers) {
  EXPECT_LE(elf::LayoutRoom(layout.phdrs), std::size(layout.room));
  return elf::ReadProgramHeaders(layout.phdrs, file_size,
                                 std::span(layout.room).first(elf::LayoutRoom(layout.phdrs)),
                                 headers);
}

TEST(ProgramHeaders, AreSummarised) {
  Layout layout;
  elf::ProgramHeaders headers;
  ASSERT_EQ(Text(Read(layout, kFileSize, headers)), "ok");
  EXPECT_EQ(headers.all.data(), layout.phdrs);
  EXPECT_EQ(headers.all.size(), size_t{Layout::kCount});
  EXPECT_EQ(headers.mapped.data(), layout.phdrs);
  EXPECT_EQ(headers.start, 0u);
  EXPECT_EQ(headers.end, 0x4000u);
  EXPECT_EQ(headers.align, 0x1000u);
  EXPECT_EQ(headers.dynamic, &layout[Layout::kDynamic]);
  EXPECT_EQ(headers.interp, &layout[Layout::kInterp]);
  EXPECT_EQ(headers.tls, &layout[Layout::kTls]);
  EXPECT_EQ(headers.relro, &layout[Layout::kRelro]);
  EXPECT_EQ(headers.stack, &layout[Layout::kStack]);
  EXPECT_EQ(headers.eh_frame, &layout[Layout::kEhFrame]);
}

TEST(ProgramHeaders, SpanBeginsAndEndsAtPages) {
  Layout layout;
  for (elf::Phdr& phdr : layout.phdrs) {
    if (phdr.p_type == PT_LOAD || phdr.p_type == PT_GNU_EH_FRAME) continue;
    phdr.p_type = PT_NULL;
  }
  layout[Layout::kText].p_vaddr = 0x400123;
  layout[Layout::kText].p_offset = 0x123;
  layout[Layout::kText].p_align = 0x200000;
  layout[Layout::kData].p_vaddr = 0x602d00;
  layout[Layout::kData].p_offset = 0x2d00;
  layout[Layout::kData].p_filesz = 0;
  layout[Layout::kData].p_memsz = 0x300;
  elf::ProgramHeaders headers;
  ASSERT_EQ(Text(Read(layout, kFileSize, headers)), "ok");
  EXPECT_EQ(headers.start, 0x400000u);
  EXPECT_EQ(headers.end, 0x603000u);
  EXPECT_EQ(headers.align, 0x200000u);
  EXPECT_EQ(headers.dynamic, nullptr);
  EXPECT_EQ(headers.tls, nullptr);
}

TEST(ProgramHeaders, EmptySegmentsDoNotCount) {
  Layout layout;
  layout[Layout::kTls].p_filesz = layout[Layout::kTls].p_memsz = 0;
  layout[Layout::kRelro].p_filesz = layout[Layout::kRelro].p_memsz = 0;
  layout[Layout::kRelro].p_vaddr = 0x700000;
  layout[Layout::kStack] = Layout::Make(PT_LOAD, PF_R, 0x99999, 0x1, 0, 0, 3);
  elf::ProgramHeaders headers;
  ASSERT_EQ(Text(Read(layout, kFileSize, headers)), "ok");
  EXPECT_EQ(headers.tls, nullptr);
  EXPECT_EQ(headers.relro, nullptr);
  EXPECT_EQ(headers.stack, nullptr);
  EXPECT_EQ(headers.end, 0x4000u);
}

// mold begins it at a .tbss, which has no room in a segment. It must be in the segment's page.
TEST(ProgramHeaders, RelroBeginsInFrontOfItsSegment) {
  Layout layout;
  layout[Layout::kRelro].p_vaddr -= 3;
  layout[Layout::kRelro].p_memsz += 3;
  elf::ProgramHeaders headers;
  EXPECT_EQ(Text(Read(layout, kFileSize, headers)), "ok");
  EXPECT_EQ(headers.relro, &layout[Layout::kRelro]);
  layout[Layout::kRelro].p_vaddr -= 0x1000;
  EXPECT_NE(Text(Read(layout, kFileSize, headers)), "ok");
}

TEST(ProgramHeaders, OfAMappedModuleNeedNoFile) {
  Layout layout;
  elf::ProgramHeaders headers;
  EXPECT_EQ(Text(Read(layout, UINT64_MAX, headers)), "ok");
}

struct SegmentCase {
  const char* name;
  void (*spoil)(Layout& layout);
  const char* text;
};

void PrintTo(const SegmentCase& segment_case, std::ostream* stream) {
  *stream << segment_case.name;
}

constexpr SegmentCase kSegmentCases[] = {
    {"sound", [](Layout&) {}, "ok"},
    {"no_load",
     [](Layout& layout) {
       for (elf::Phdr& phdr : layout.phdrs) phdr.p_type = PT_NOTE;
     },
     "object file has no loadable segments"},
    {"only_empty_loads",
     [](Layout& layout) {
       for (elf::Phdr& phdr : layout.phdrs) phdr = Layout::Make(PT_LOAD, PF_R, 0, 0, 0, 0, 0);
     },
     "object file has no loadable segments"},
    {"shares_a_page",
     [](Layout& layout) {
       layout[Layout::kText].p_filesz = layout[Layout::kText].p_memsz = 0x2345;
     },
     "ok"},
    {"shares_a_page_that_it_makes_read_only",
     [](Layout& layout) {
       layout[Layout::kText].p_filesz = layout[Layout::kText].p_memsz = 0x2345;
       layout[Layout::kText].p_flags |= PF_W;
       layout[Layout::kData].p_flags = PF_R;
       layout[Layout::kRelro].p_type = PT_NULL;
     },
     "ok"},
    {"shares_a_page_that_it_makes_unreadable",
     [](Layout& layout) {
       layout[Layout::kText].p_filesz = layout[Layout::kText].p_memsz = 0x2001;
       layout[Layout::kInterp] = Layout::Make(PT_INTERP, PF_R, 0x2000, 0x2000, 1, 1, 1);
       layout[Layout::kData].p_flags = 0;
       layout[Layout::kRelro].p_type = layout[Layout::kTls].p_type = PT_NULL;
       layout[Layout::kDynamic].p_type = PT_NULL;
     },
     "PT_INTERP p_vaddr is 0x2000, outside every readable segment; p_memsz is 0x1"},
    {"shares_no_page",
     [](Layout& layout) {
       layout[Layout::kText].p_filesz = layout[Layout::kText].p_memsz = 0x2000;
       layout[Layout::kText].p_flags |= PF_W;
       layout[Layout::kInterp].p_type = layout[Layout::kTls].p_type = PT_NULL;
       layout[Layout::kRelro].p_type = layout[Layout::kDynamic].p_type = PT_NULL;
       layout[Layout::kData].p_flags = 0;
     },
     "ok"},
    {"filesz_above_memsz", [](Layout& layout) { layout[Layout::kText].p_memsz = 0x1233; },
     "PT_LOAD p_filesz is 0x1234, larger than p_memsz, which is 0x1233"},
    {"filesz_of_an_empty_segment", [](Layout& layout) { layout[Layout::kData].p_memsz = 0; },
     "PT_LOAD p_filesz is 0x400, larger than p_memsz, which is 0x0"},
    {"ends_with_the_file",
     [](Layout& layout) {
       layout[Layout::kData].p_filesz = layout[Layout::kData].p_memsz = kFileSize - 0x1d00;
     },
     "ok"},
    {"ends_behind_the_file",
     [](Layout& layout) {
       layout[Layout::kData].p_filesz = layout[Layout::kData].p_memsz = kFileSize - 0x1d00 + 1;
     },
     "PT_LOAD ends at offset 0x5001, past the end of the file at 0x5000"},
    {"begins_behind_the_file", [](Layout& layout) { layout[Layout::kData].p_offset = 0x7d00; },
     "PT_LOAD ends at offset 0x8100, past the end of the file at 0x5000"},
    {"takes_nothing_from_the_file",
     [](Layout& layout) {
       layout[Layout::kData].p_offset = 0x7d00;
       layout[Layout::kData].p_filesz = 0;
     },
     "ok"},
    {"filesz_wraps_around",
     [](Layout& layout) {
       layout[Layout::kData].p_filesz = layout[Layout::kData].p_memsz = UINT64_MAX - 0x1cff;
     },
     "PT_LOAD p_filesz is 0xffffffffffffe300, too large behind p_offset, which is 0x1d00"},
    {"vaddr_at_the_limit", [](Layout& layout) { layout[Layout::kData].p_vaddr = 0x800000000d00; },
     "PT_LOAD p_vaddr is 0x800000000d00, expected less than 0x800000000000"},
    {"memsz_reaches_the_limit",
     [](Layout& layout) { layout[Layout::kData].p_memsz = 0x7fffffffd300; }, "ok"},
    {"memsz_reaches_behind_the_limit",
     [](Layout& layout) { layout[Layout::kData].p_memsz = 0x7fffffffd301; },
     "PT_LOAD p_memsz is 0x7fffffffd301, expected at most 0x7fffffffd300"},
    {"memsz_wraps_around", [](Layout& layout) { layout[Layout::kData].p_memsz = UINT64_MAX; },
     "PT_LOAD p_memsz is 0xffffffffffffffff, expected at most 0x7fffffffd300"},
    {"align_0", [](Layout& layout) { layout[Layout::kData].p_align = 0; }, "ok"},
    {"align_1", [](Layout& layout) { layout[Layout::kData].p_align = 1; }, "ok"},
    {"align_no_power_of_two", [](Layout& layout) { layout[Layout::kData].p_align = 0x1800; }, "ok"},
    {"align_huge", [](Layout& layout) { layout[Layout::kData].p_align = uint64_t{1} << 63; }, "ok"},
    {"offset_not_congruent", [](Layout& layout) { layout[Layout::kData].p_offset = 0x1d08; },
     "ELF load command address/offset not page-aligned: p_vaddr is 0x2d00, p_offset is 0x1d08"},
    {"offset_not_congruent_modulo_align",
     [](Layout& layout) { layout[Layout::kData].p_align = 0x10000; }, "ok"},
    {"offset_not_congruent_modulo_page",
     [](Layout& layout) {
       layout[Layout::kData].p_align = 8;
       layout[Layout::kData].p_offset = 0x1d08;
     },
     "ELF load command address/offset not page-aligned: p_vaddr is 0x2d00, p_offset is 0x1d08"},
    {"offset_does_not_matter",
     [](Layout& layout) {
       layout[Layout::kTls].p_type = PT_NULL;
       layout[Layout::kData].p_offset = 0x1d08;
       layout[Layout::kData].p_filesz = 0;
     },
     "ok"},
    {"out_of_order",
     [](Layout& layout) { std::swap(layout[Layout::kText], layout[Layout::kData]); }, "ok"},
    {"next_to_each_other", [](Layout& layout) { layout[Layout::kText].p_memsz = 0x2d00; }, "ok"},
    {"overlapping", [](Layout& layout) { layout[Layout::kText].p_memsz = 0x2d01; }, "ok"},
    // Its page is text now.
    {"relro_covered",
     [](Layout& layout) {
       std::swap(layout[Layout::kText], layout[Layout::kData]);
       layout[Layout::kData].p_memsz = 0x3000;
     },
     "PT_GNU_RELRO p_vaddr is 0x2d00, outside every writable segment; p_memsz is 0x300"},

    {"tls_filesz_above_memsz", [](Layout& layout) { layout[Layout::kTls].p_filesz = 0x21; },
     "PT_TLS p_filesz is 0x21, larger than p_memsz, which is 0x20"},
    {"tls_align_0", [](Layout& layout) { layout[Layout::kTls].p_align = 0; }, "ok"},
    {"tls_align_no_power_of_two", [](Layout& layout) { layout[Layout::kTls].p_align = 24; },
     "PT_TLS p_align is 0x18, expected a power of two of at most 0x200000"},
    {"tls_align_huge", [](Layout& layout) { layout[Layout::kTls].p_align = 0x400000; },
     "PT_TLS p_align is 0x400000, expected a power of two of at most 0x200000"},
    {"tls_huge", [](Layout& layout) { layout[Layout::kTls].p_memsz = 0x40000001; },
     "PT_TLS p_memsz is 0x40000001, expected at most 0x40000000"},
    {"tls_outside", [](Layout& layout) { layout[Layout::kTls].p_vaddr = 0x2cf8; },
     "PT_TLS p_vaddr is 0x2cf8, outside every readable segment; p_filesz is 0x10"},
    {"tls_without_image",
     [](Layout& layout) {
       layout[Layout::kTls].p_filesz = 0;
       layout[Layout::kTls].p_vaddr = 0x3600;
     },
     "ok"},

    {"relro_outside", [](Layout& layout) { layout[Layout::kRelro].p_vaddr = 0x1cf0; },
     "PT_GNU_RELRO p_vaddr is 0x1cf0, outside every writable segment; p_memsz is 0x300"},
    {"relro_over_text", [](Layout& layout) { layout[Layout::kRelro].p_vaddr = 0x1000; },
     "PT_GNU_RELRO p_vaddr is 0x1000, outside every writable segment; p_memsz is 0x300"},
    {"relro_to_the_page_behind_its_segment",
     [](Layout& layout) { layout[Layout::kRelro].p_memsz = 0x1300; }, "ok"},
    {"relro_beyond_the_page_behind_its_segment",
     [](Layout& layout) { layout[Layout::kRelro].p_memsz = 0x1301; },
     "PT_GNU_RELRO p_memsz is 0x1301, expected at most 0x1300"},

    {"dynamic_outside", [](Layout& layout) { layout[Layout::kDynamic].p_vaddr = 0x35b8; },
     "PT_DYNAMIC p_vaddr is 0x35b8, outside every readable segment; p_memsz is 0x150"},
    {"dynamic_wraps_around",
     [](Layout& layout) { layout[Layout::kDynamic].p_memsz = UINT64_MAX - 0x2dff; },
     "PT_DYNAMIC p_vaddr is 0x2e00, outside every readable segment; p_memsz is "
     "0xffffffffffffd200"},
    {"dynamic_misaligned", [](Layout& layout) { layout[Layout::kDynamic].p_vaddr = 0x2e04; },
     "PT_DYNAMIC p_vaddr is 0x2e04, expected a multiple of 0x8"},

    {"interp_outside", [](Layout& layout) { layout[Layout::kInterp].p_vaddr = 0x1220; },
     "PT_INTERP p_vaddr is 0x1220, outside every readable segment; p_memsz is 0x1c"},
};

class Segments : public testing::TestWithParam<SegmentCase> {};

TEST_P(Segments, AreReadAsFollows) {
  Layout layout;
  GetParam().spoil(layout);
  elf::ProgramHeaders headers;
  EXPECT_EQ(Text(Read(layout, kFileSize, headers)), GetParam().text);
}

INSTANTIATE_TEST_SUITE_P(All, Segments, testing::ValuesIn(kSegmentCases), CaseName<SegmentCase>);

// The kernel and ld.so skip what is no power of two.
TEST(ProgramHeaders, AlignmentIsTheStrictestPowerOfTwo) {
  Layout layout;
  elf::ProgramHeaders headers;
  layout[Layout::kText].p_align = 0x4000;
  layout[Layout::kData].p_align = 0x6000;
  ASSERT_EQ(Text(Read(layout, kFileSize, headers)), "ok");
  EXPECT_EQ(headers.align, 0x4000u);
}

struct LibraryCase {
  const char* name;
  void (*spoil)(Layout& layout);
  const char* text;
};

void PrintTo(const LibraryCase& library_case, std::ostream* stream) {
  *stream << library_case.name;
}

// What a program may have and a library may not.
constexpr LibraryCase kLibraryCases[] = {
    {"sound", [](Layout&) {}, "ok"},
    {"one_segment",
     [](Layout& layout) {
       for (elf::Phdr& phdr : std::span(layout.phdrs).subspan(1)) phdr.p_type = PT_NULL;
     },
     "ok"},
    {"offset_that_does_not_matter",
     [](Layout& layout) {
       layout[Layout::kTls].p_type = PT_NULL;
       layout[Layout::kData].p_offset = 0x1d08;
       layout[Layout::kData].p_filesz = 0;
     },
     "ELF load command address/offset not page-aligned: p_vaddr is 0x2d00, p_offset is 0x1d08"},
    {"last_below_the_first",
     [](Layout& layout) { std::swap(layout[Layout::kText], layout[Layout::kData]); },
     "p_vaddr of the last PT_LOAD is 0x0, expected to be behind the pages of the first, which end "
     "at 0x4000"},
    {"last_on_the_first_ones_page",
     [](Layout& layout) {
       layout[Layout::kText].p_memsz = layout[Layout::kText].p_filesz = 0x2001;
     },
     "p_vaddr of the last PT_LOAD is 0x2d00, expected to be behind the pages of the first, which "
     "end at 0x3000"},
    {"last_below_another",
     [](Layout& layout) {
       layout[Layout::kStack] = Layout::Make(PT_LOAD, PF_R, 0x1000, 0x2000, 0x800, 0x800, 0x1000);
       layout[Layout::kTls].p_type = layout[Layout::kRelro].p_type = PT_NULL;
       layout[Layout::kDynamic].p_type = PT_NULL;
     },
     "the last PT_LOAD ends at 0x2800, below the end of another at 0x3600"},
    {"last_on_the_first_ones_zeroes",
     [](Layout& layout) { layout[Layout::kText].p_memsz = 0x3000; }, "ok"},
};

class Library : public testing::TestWithParam<LibraryCase> {};

TEST_P(Library, IsJudgedAsFollows) {
  Layout layout;
  GetParam().spoil(layout);
  elf::ProgramHeaders headers;
  ASSERT_EQ(Text(Read(layout, kFileSize, headers)), "ok");
  EXPECT_EQ(Text(elf::CheckAsLibrary(layout.phdrs)), GetParam().text);
}

INSTANTIATE_TEST_SUITE_P(All, Library, testing::ValuesIn(kLibraryCases), CaseName<LibraryCase>);

// The kernel has accepted the file, but nobody has checked that it is that long.
TEST(ProgramHeaders, OfAMappedModuleDoNotWrapAround) {
  Layout layout;
  layout[Layout::kData].p_offset = UINT64_MAX - 0x2ff;
  layout[Layout::kData].p_vaddr = 0x2d00;
  elf::ProgramHeaders headers;
  EXPECT_EQ(Text(Read(layout, UINT64_MAX, headers)),
            "PT_LOAD p_filesz is 0x400, too large behind p_offset, which is 0xfffffffffffffd00");
}

}  // namespace
}  // namespace signet::test
