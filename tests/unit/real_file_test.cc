// SPDX-License-Identifier: MIT
//
// The decoders on the modules of this test program itself, libc among them. The system's loader has
// mapped them, and every table must be valid and complete.
#include <dlfcn.h>
#include <gtest/gtest.h>
#include <link.h>

#include <algorithm>
#include <cctype>
#include <filesystem>
#include <fstream>
#include <string>
#include <vector>

#include "elf/dynamic.h"
#include "elf/phdr.h"
#include "elf/reloc.h"
#include "tests/unit/problem_text.h"

namespace signet::test {
namespace {

struct Loaded {
  std::string path;
  uint64_t load_bias;
  std::span<const elf::Phdr> phdrs;
};

void PrintTo(const Loaded& loaded, std::ostream* stream) { *stream << loaded.path; }

std::vector<Loaded> LoadedModules() {
  std::vector<Loaded> modules;
  dl_iterate_phdr(
      [](dl_phdr_info* info, size_t, void* list) {
        const std::string path = *info->dlpi_name == '\0' ? "/proc/self/exe" : info->dlpi_name;
        if (path.find('/') == std::string::npos) return 0;  // the vdso has no file
        static_cast<std::vector<Loaded>*>(list)->push_back(
            {path, info->dlpi_addr, {info->dlpi_phdr, info->dlpi_phnum}});
        return 0;
      },
      &modules);
  return modules;
}

std::string ReadFile(const std::string& path) {
  std::string bytes(std::filesystem::file_size(path), '\0');
  std::ifstream(path, std::ios::binary).read(bytes.data(), static_cast<long>(bytes.size()));
  return bytes;
}

class RealFile : public testing::TestWithParam<Loaded> {
 protected:
  void SetUp() override {
    const Loaded& loaded = GetParam();
    ASSERT_EQ(Text(elf::ReadProgramHeaders(loaded.phdrs, UINT64_MAX, {}, headers_)), "ok");
    image_ = elf::Image(loaded.load_bias, loaded.phdrs);
    ASSERT_NE(headers_.dynamic, nullptr);
    // The entries of the file: libc's loader has relocated those in memory.
    file_ = ReadFile(loaded.path);
    ASSERT_LE(headers_.dynamic->p_offset + headers_.dynamic->p_filesz, file_.size());
    entries_.resize(elf::DynamicEntries(image_, *headers_.dynamic).size());
    std::memcpy(entries_.data(), file_.data() + headers_.dynamic->p_offset,
                entries_.size() * sizeof(elf::Dyn));
    ASSERT_EQ(Text(elf::ReadDynamic(image_, entries_, dynamic_)), "ok");
  }

  std::string file_;
  elf::ProgramHeaders headers_;
  elf::Image image_;
  std::vector<elf::Dyn> entries_;
  elf::Dynamic dynamic_;
};

TEST_P(RealFile, HeaderIsSound) {
  elf::Ehdr header;
  EXPECT_EQ(Text(elf::ReadFileHeader(std::as_bytes(std::span(file_)), file_.size(), header)), "ok");
  EXPECT_EQ(header.e_phnum, GetParam().phdrs.size());
  elf::ProgramHeaders of_file;
  EXPECT_EQ(Text(elf::ReadProgramHeaders(GetParam().phdrs, file_.size(), {}, of_file)), "ok");
  EXPECT_EQ(of_file.end, headers_.end);
}

TEST_P(RealFile, ExportsAreFoundByTheirNames) {
  ASSERT_TRUE(dynamic_.gnu_hash);
  const size_t end = dynamic_.gnu_hash.symbol_offset() + dynamic_.gnu_hash.chain().size();
  EXPECT_LE(end, dynamic_.symbols.size());
  for (size_t i = dynamic_.gnu_hash.symbol_offset(); i < end; ++i) {
    ASSERT_TRUE(dynamic_.strings.Has(dynamic_.symbols[i].st_name));
    const std::string_view name = dynamic_.strings.At(dynamic_.symbols[i].st_name);
    const uint32_t hash = elf::GnuHash(name);
    ASSERT_EQ(dynamic_.gnu_hash.HashOf(i), hash & ~1u) << name;
    // One name with several versions is several symbols.
    ASSERT_EQ(dynamic_.gnu_hash.Find(hash, [i](uint32_t symbol) { return symbol == i; }), i)
        << name;
  }
}

TEST_P(RealFile, VersionsAreSound) {
  std::vector<bool> known(0x8000);
  size_t count = 0;
  const auto visit = [&](const auto& version) {
    known[version.index & elf::kVersionIndexMask] = true;
    ++count;
    EXPECT_EQ(elf::SysvHash(version.name), version.hash) << version.name;
  };
  ASSERT_EQ(Text(elf::ForEachVersionDefinition(image_, dynamic_.strings, dynamic_.verdef, visit)),
            "ok");
  ASSERT_EQ(Text(elf::ForEachVersionNeed(image_, dynamic_.strings, dynamic_.verneed, visit)), "ok");
  if (dynamic_.versym.empty()) return;
  EXPECT_NE(count, 0u);
  for (size_t i = 0; i < dynamic_.symbols.size(); ++i) {
    const uint16_t index = dynamic_.versym[i] & elf::kVersionIndexMask;
    EXPECT_TRUE(index <= VER_NDX_GLOBAL || known[index]) << "of symbol " << i;
  }
}

TEST_P(RealFile, RelocationsAreInside) {
  for (const std::span<const elf::Rela> table : {dynamic_.rela, dynamic_.jmprel}) {
    for (const elf::Rela& rela : table) {
      const uint32_t type = elf::RelocType(rela);
      ASSERT_TRUE(elf::IsDynamicReloc(type)) << type;
      ASSERT_LT(elf::RelocSymbol(rela), dynamic_.symbols.size());
      ASSERT_NE(image_.Segment(rela.r_offset, elf::RelocWidth(type), PF_W), nullptr);
    }
  }
  for (size_t i = 0; i < dynamic_.relative_count; ++i) {
    EXPECT_EQ(elf::RelocType(dynamic_.rela[i]), uint32_t{R_X86_64_RELATIVE});
  }
  EXPECT_TRUE(elf::ForEachRelr(dynamic_.relr, [&](uint64_t vaddr) {
    return image_.Segment(vaddr, sizeof(uint64_t), PF_W) != nullptr;
  }));
}

TEST_P(RealFile, NeededModulesAreLoaded) {
  EXPECT_EQ(dynamic_.needed_count,
            static_cast<uint64_t>(std::ranges::count(entries_, DT_NEEDED, &elf::Dyn::d_tag)));
  for (const elf::Dyn& dyn : entries_) {
    if (dyn.d_tag != DT_NEEDED) continue;
    const char* name = dynamic_.strings.At(dyn.d_un.d_val);
    void* handle = dlopen(name, RTLD_LAZY | RTLD_NOLOAD);
    EXPECT_NE(handle, nullptr) << name;
    if (handle != nullptr) dlclose(handle);
  }
}

INSTANTIATE_TEST_SUITE_P(Loaded, RealFile, testing::ValuesIn(LoadedModules()),
                         [](const testing::TestParamInfo<Loaded>& tested) {
                           std::string name = tested.param.path;
                           std::ranges::replace_if(
                               name, [](char c) { return std::isalnum(c) == 0; }, '_');
                           return name;
                         });

}  // namespace
}  // namespace signet::test
