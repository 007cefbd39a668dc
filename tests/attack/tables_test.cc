// SPDX-License-Identifier: MIT
//
// Modules whose tables are in memory that they can write to, and which change the tables while they
// are linked. What the loader has checked must not be read again. (tests/fail has the relocations
// that write into tables.)
#include <gtest/gtest.h>

#include "tests/fail/elf_file.h"
#include "tests/support/stopped.h"
#include "tests/support/temporary_directory.h"
#include "tests/support/ways.h"

namespace signet::test {
namespace {

class Tables : public testing::TestWithParam<Way> {
 protected:
  // Runs a program with a changed library in place of the sound one.
  RunResult RunWith(const ElfFile& library, const std::string& name, const std::string& program) {
    library.Write(directory_ / name);
    return Start(GetParam(), Module(program), {},
                 {.environment = {"LD_LIBRARY_PATH=" + directory_.path().string() + ":" +
                                  ModuleDirectory().string()}});
  }

 private:
  TemporaryDirectory directory_;
};
INSTANTIATE_TEST_SUITE_P(, Tables, testing::Values(Way::kCommand, Way::kInterp),
                         [](const auto& given) { return std::string(ToString(given.param)); });

// A relocation that waits for its resolver is kept as it was when it was checked.
TEST_P(Tables, SpoiledByAResolver) {
  ElfFile library(Module("libattack-tables.so"));
  library.LoadOf(library.tag(DT_JMPREL)).p_flags |= PF_W;
  const RunResult result = RunWith(library, "libattack-tables.so", "attack-tables");
  EXPECT_EQ(result, (RunResult{.exit_status = 0, .out = "first: 1\nsecond: 2\n"}));
}

// An absolute symbol is in no module: its value is not copied, nor called as a resolver.
TEST_P(Tables, AbsoluteSymbols) {
  struct Case {
    const char* library;
    const char* program;
    const char* symbol;
    const char* message;
  };
  for (const Case& tried :
       {Case{"libreloc-copy.so", "reloc-copy-bfd", "g_numbers",
             "R_X86_64_COPY takes a symbol whose st_value is 0x10, outside every readable segment"},
        Case{"libsym-ifunc.so", "sym-ifunc-bfd", "Public",
             "st_value of an STT_GNU_IFUNC symbol is 0x10, outside every executable segment"}}) {
    ElfFile library(Module(tried.library));
    Elf64_Sym& symbol = library.Symbol(tried.symbol);
    symbol.st_shndx = SHN_ABS;
    symbol.st_value = 0x10;
    const RunResult result = RunWith(library, tried.library, tried.program);
    EXPECT_EQ(result.exit_status, 127) << result;
    EXPECT_NE(result.err.find(tried.message), std::string::npos) << result;
  }
}

// The message about an overflow names a symbol. This module has none.
TEST_P(Tables, OverflowWithoutSymbols) {
  ElfFile library(Module("libreloc-data.so"));
  for (const int64_t tag : {DT_SYMTAB, DT_GNU_HASH}) library.entry(tag).d_tag = DT_DEBUG;
  for (uint64_t i = 0; i < library.tag(DT_RELASZ) / sizeof(Elf64_Rela); ++i) {
    auto& rela = library.At<Elf64_Rela>(library.tag(DT_RELA), i);
    rela.r_info = R_X86_64_32;
    rela.r_addend = -1;
  }
  const RunResult result = RunWith(library, "libreloc-data.so", "reloc-data");
  EXPECT_EQ(result.exit_status, 127) << result;
  EXPECT_NE(result.err.find(": Symbol `' causes overflow in R_X86_64_32 relocation\n"),
            std::string::npos)
      << result;
}

// Text relocations in a module with a segment that cannot be read, whose pages are copied. The
// module can be linked, although its code cannot be run.
TEST(TextRelocations, InAnUnreadableSegment) {
  const TemporaryDirectory directory;
  ElfFile library(Module("libmap-textrel-bfd.so"));
  library.phdr(PT_LOAD, 1).p_flags = 0;
  library.Write(directory / "libmap-textrel-bfd.so");
  Process process(
      {Loader(), "--stop", Module("map-textrel-bfd")},
      WithVariables(BaseEnvironment(), {"LD_LIBRARY_PATH=" + directory.path().string()}));
  EXPECT_TRUE(WaitForStop(process.pid())) << process.Finish();
}

}  // namespace
}  // namespace signet::test
