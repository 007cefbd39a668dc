// SPDX-License-Identifier: MIT
//
// A program that the kernel has mapped, with Signet as its PT_INTERP. The kernel looks at few of
// its headers, so the loader must not trust what it finds in memory, and not a second time either:
// the program's own relocations may change it.
#include <gtest/gtest.h>

#include <cstdio>
#include <regex>
#include <string>

#include "tests/fail/elf_file.h"
#include "tests/support/temporary_directory.h"
#include "tests/support/ways.h"

namespace signet::test {
namespace {

namespace fs = std::filesystem;

class KernelMapped : public testing::Test {
 protected:
  KernelMapped() { fs::copy_file(Module("fail/libbase.so"), directory_ / "libbase.so"); }

  ElfFile& file() { return file_; }

  RunResult Run() {
    file_.Write(program());
    return RunProgram({program()});
  }

  // The loader says so about the program, with the addresses that it found.
  void ExpectRefusal(const std::string& pattern) {
    const RunResult result = Run();
    EXPECT_EQ(result.exit_status, 126) << result;
    const std::string start =
        program().string() + ": error while loading shared libraries: " + program().string() + ": ";
    ASSERT_TRUE(result.err.starts_with(start)) << result;
    EXPECT_TRUE(std::regex_match(result.err.substr(start.size()), std::regex(pattern + "\n")))
        << result;
  }

 private:
  fs::path program() const { return directory_ / "victim"; }

  TemporaryDirectory directory_;
  const InterpCopy copy_{Module("fail/victim"), Loader()};
  ElfFile file_{copy_.path()};
};

TEST_F(KernelMapped, IsSound) { EXPECT_EQ(Run(), RunResult{.exit_status = 0}); }

TEST_F(KernelMapped, HeadersUnreadable) {
  file().LoadOf(file().phdr(PT_PHDR).p_vaddr).p_flags = 0;
  ExpectRefusal("AT_PHDR is 0x[0-9a-f]+, expected readable bytes there, as many as 0x[0-9a-f]+");
}

// The kernel finds no segment that holds them, and gives the loader an address without them.
TEST_F(KernelMapped, HeadersOutside) {
  for (Elf64_Phdr& phdr : file().phdrs()) {
    if (phdr.p_type == PT_LOAD && phdr.p_offset == 0) phdr.p_offset = 0x1000;
  }
  EXPECT_EQ(Run().exit_status, 126);
}

TEST_F(KernelMapped, PhdrElsewhere) {
  for (const uint64_t distance :
       {uint64_t{0x1000}, -uint64_t{0x1000}, uint64_t{8}, uint64_t{1} << 40}) {
    const uint64_t sound = file().phdr(PT_PHDR).p_vaddr;
    file().phdr(PT_PHDR).p_vaddr += distance;
    char text[24];
    std::snprintf(text, sizeof text, "0x%lx", sound + distance);
    ExpectRefusal("PT_PHDR p_vaddr is " + std::string(text) +
                  ", which does not lead to the ELF header; AT_PHDR is 0x[0-9a-f]+");
    file().phdr(PT_PHDR).p_vaddr = sound;
  }
}

TEST_F(KernelMapped, PhdrMissing) {
  file().phdr(PT_PHDR).p_type = PT_NULL;
  ExpectRefusal("no PT_PHDR, and no ELF header where the file says; AT_PHDR is 0x[0-9a-f]+");
}

// The kernel makes zeroes writable, whatever the flags of their segment say. They must not be
// sealed so, least of all among code.
TEST(KernelMappedZeroes, HaveThePermissionsOfTheirSegment) {
  const TemporaryDirectory directory;
  const InterpCopy copy(Module("map-zeroes"), Loader());
  for (const auto& [flags, permissions] :
       {std::pair{PF_R, "r--p"}, std::pair{PF_R | PF_X, "r-xp"}, std::pair{PF_R | PF_W, "rw-p"}}) {
    for (const uint64_t filesz : {0, 0x10}) {
      ElfFile file(copy.path());
      // The zeroes begin in the next page, so that the page of the file is not asked for.
      const uint64_t vaddr = (uint64_t{1} << 24) - (filesz != 0 ? 0x1000 : 0);
      file.phdr(PT_GNU_RELRO) = {
          PT_LOAD, static_cast<uint32_t>(flags), 0, vaddr, vaddr, filesz, 0x2000, 0x1000};
      file.Write(directory / "program");
      const RunResult result = RunProgram({directory / "program"});
      EXPECT_EQ(result.out, "zeroes: " + std::string(permissions) + "\n") << result;
    }
  }
}

// A relocation writes into a program header, which the loader still needs.
TEST(KernelMappedHeaders, ChangedByItself) {
  const TemporaryDirectory directory;
  const InterpCopy copy(Module("hello-libc"), Loader());
  ElfFile file(copy.path());
  const Elf64_Phdr& table = file.phdr(PT_PHDR);
  file.LoadOf(table.p_vaddr).p_flags |= PF_W;
  // The last one of the table is for __cxa_finalize; those before it are for weak symbols that are
  // nowhere defined.
  auto& rela = file.At<Elf64_Rela>(file.tag(DT_RELA), file.tag(DT_RELASZ) / sizeof(Elf64_Rela) - 2);
  rela = {0, R_X86_64_RELATIVE, int64_t{1} << 40};
  for (size_t i = 0; i < file.phdrs().size(); ++i) {
    if (file.phdrs()[i].p_type != PT_LOAD) continue;
    for (const uint64_t field : {offsetof(Elf64_Phdr, p_vaddr), offsetof(Elf64_Phdr, p_memsz)}) {
      rela.r_offset = table.p_vaddr + i * sizeof table + field;
      file.Write(directory / "program");
      const RunResult result = RunProgram({directory / "program"});
      EXPECT_EQ(result.out, "hello from libc\narguments: 0\n") << "header " << i << ": " << result;
    }
  }
}

}  // namespace
}  // namespace signet::test
