// SPDX-License-Identifier: MIT
//
// Modules that libc opens by itself are sealed by the next call into the dynamic linker, whichever
// call that is, with the libraries that they need.
#include <elf.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <filesystem>
#include <fstream>

#include "tests/support/converter.h"
#include "tests/support/ways.h"

namespace signet::test {
namespace {

namespace fs = std::filesystem;

class LateModule : public testing::TestWithParam<std::tuple<Way, const char*, const char*>> {};

TEST_P(LateModule, IsSealedByTheNextCall) {
  const auto [way, backend, call] = GetParam();
  StartOptions options;
  if (IsCommand(way)) options.loader_options = {std::string("--backend=") + backend};
  const RunResult result = Start(way, Module("attack-late"), {call}, options);
  EXPECT_EQ(result.out,
            "/libgcc_s.so.1: Operation not permitted\n"
            "/EUC-JP.so: Operation not permitted\n"
            "/libJIS.so: Operation not permitted\n")
      << result;
}

constexpr auto kCalls = {"dlsym",   "dlvsym", "dlopen",          "dlclose",        "dlinfo",
                         "dladdr1", "dladdr", "dl_iterate_phdr", "_dl_find_object"};

std::string Name(const testing::TestParamInfo<LateModule::ParamType>& test) {
  return std::string(ToString(std::get<0>(test.param))) + "_" + std::get<1>(test.param) + "_" +
         std::get<2>(test.param);
}

INSTANTIATE_TEST_SUITE_P(ByCommand, LateModule,
                         testing::Combine(testing::Values(Way::kCommand),
                                          testing::Values("kernel", "guard", "seccomp"),
                                          testing::ValuesIn(kCalls)),
                         Name);
INSTANTIATE_TEST_SUITE_P(AsInterpreter, LateModule,
                         testing::Combine(testing::Values(Way::kInterp), testing::Values("kernel"),
                                          testing::ValuesIn(kCalls)),
                         Name);

// A converter that libc takes and that the loader cannot adopt, because its string table is one
// byte long. It is left as it is, and everybody is told.
class OddModule : public testing::Test {
 protected:
  OddModule() { ShortenStrings(converter_.file()); }

  RunResult Run(std::vector<std::string> loader_options) {
    return Start(
        Way::kCommand, Module("attack-late-odd"), {Tool()},
        {.environment = {converter_.variable()}, .loader_options = std::move(loader_options)});
  }

 private:
  static void ShortenStrings(const fs::path& path) {
    std::fstream file(path, std::ios::in | std::ios::out | std::ios::binary);
    Elf64_Ehdr header;
    file.read(reinterpret_cast<char*>(&header), sizeof header);
    std::vector<Elf64_Phdr> phdrs(header.e_phnum);
    file.seekg(static_cast<std::streamoff>(header.e_phoff));
    file.read(reinterpret_cast<char*>(phdrs.data()),
              static_cast<std::streamsize>(phdrs.size() * sizeof phdrs[0]));
    const auto dynamic = std::find_if(phdrs.begin(), phdrs.end(), [](const Elf64_Phdr& phdr) {
      return phdr.p_type == PT_DYNAMIC;
    });
    ASSERT_NE(dynamic, phdrs.end());
    std::vector<Elf64_Dyn> entries(dynamic->p_filesz / sizeof(Elf64_Dyn));
    const auto size = static_cast<std::streamsize>(entries.size() * sizeof entries[0]);
    file.seekg(static_cast<std::streamoff>(dynamic->p_offset));
    file.read(reinterpret_cast<char*>(entries.data()), size);
    for (Elf64_Dyn& entry : entries) {
      if (entry.d_tag == DT_STRSZ) entry.d_un.d_val = 1;
    }
    file.seekp(static_cast<std::streamoff>(dynamic->p_offset));
    file.write(reinterpret_cast<const char*>(entries.data()), size);
  }

  const Converter converter_{"ODD", Module("attack-odd.so")};
};

TEST_F(OddModule, IsOnRecord) {
  const RunResult result = Run({});
  EXPECT_EQ(result.out,
            "before: dump: 0\n"
            "after: dump: 3\n"
            "text of ODD.so: libc opened it, and the loader could not adopt it\n")
      << result;
}

TEST_F(OddModule, EndsTheProcessIfSealsAreRequired) {
  const RunResult result = Run({"--require=kernel"});
  EXPECT_EQ(result.exit_status, 126) << result;
  EXPECT_EQ(result.out, "before: dump: 0\n");
  EXPECT_NE(result.err.find("of ODD.so): libc opened it, and the loader could not adopt it\n"),
            std::string::npos)
      << result;
}

// Before the next call, the module is open to everybody. The seal does not make that last.
class LateModuleChanged : public testing::TestWithParam<std::tuple<Way, const char*>> {};

TEST_P(LateModuleChanged, IsRestored) {
  const auto [way, backend] = GetParam();
  StartOptions options;
  if (IsCommand(way)) options.loader_options = {std::string("--backend=") + backend};
  const RunResult result = Start(way, Module("attack-late-changed"), {"EUC-JP"}, options);
  EXPECT_EQ(result.out, "r-xp, first byte as in the file\n") << result;
}

// The zeroes at the end of a text segment are no change, and do not stand in the way.
TEST_P(LateModuleChanged, IsRestoredBesideZeroes) {
  const auto [way, backend] = GetParam();
  const Converter converter("ODD", Module("attack-odd-with-bss.so"));
  StartOptions options = {.environment = {converter.variable()}};
  if (IsCommand(way)) options.loader_options = {std::string("--backend=") + backend};
  const RunResult result = Start(way, Module("attack-late-changed"), {"ODD"}, options);
  EXPECT_EQ(result.out, "r-xp, first byte as in the file\n") << result;
}

INSTANTIATE_TEST_SUITE_P(, LateModuleChanged,
                         testing::Values(std::tuple(Way::kCommand, "kernel"),
                                         std::tuple(Way::kCommand, "guard"),
                                         std::tuple(Way::kInterp, "kernel")),
                         [](const auto& test) {
                           return std::string(ToString(std::get<0>(test.param))) + "_" +
                                  std::get<1>(test.param);
                         });

// If there is no memory for the adoption, the next call tries again.
TEST(LateModuleWithoutMemory, IsAdoptedByTheNextCall) {
  const RunResult result = Start(Way::kCommand, Module("attack-late-memory"));
  EXPECT_EQ(result.out,
            "without memory: changed\n"
            "with memory: Operation not permitted\n")
      << result;
}

}  // namespace
}  // namespace signet::test
