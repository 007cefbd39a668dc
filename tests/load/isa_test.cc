// SPDX-License-Identifier: MIT
//
// Modules that need a later micro-architecture level than this CPU has.
#include <elf.h>
#include <gtest/gtest.h>

#include <cstring>
#include <fstream>
#include <iterator>

#include "tests/support/load_test.h"
#include "tests/support/temporary_directory.h"

namespace signet::test {
namespace {

namespace fs = std::filesystem;

// No CPU has it: the levels end at the fourth.
constexpr uint32_t kFifthLevel = 1u << 4;

class IsaLevel : public LoadTest {
 protected:
  IsaLevel() {
    for (const char* name : {"isa", "script", "libisa.so"})
      fs::copy_file(Module(std::string("dl/") + name), directory_ / name);
  }

  void Raise(const std::string& name) {
    std::ifstream in(directory_ / name, std::ios::binary);
    std::string bytes(std::istreambuf_iterator<char>(in), {});
    const uint32_t property[] = {GNU_PROPERTY_X86_ISA_1_NEEDED, sizeof(uint32_t)};
    const size_t at = bytes.find(std::string(reinterpret_cast<const char*>(property), 8));
    ASSERT_NE(at, std::string::npos);
    std::memcpy(&bytes[at + sizeof property], &kFifthLevel, sizeof kFifthLevel);
    std::ofstream(directory_ / name, std::ios::binary) << bytes;
  }

  RunResult Run(const std::string& program, const std::vector<std::string>& arguments = {}) {
    return Start(way(), directory_ / program, arguments);
  }

  std::string Path(const std::string& name) const { return directory_ / name; }

 private:
  const TemporaryDirectory directory_;
};
SIGNET_EVERY_WAY(IsaLevel);

constexpr const char* kTooLow = ": CPU ISA level is lower than required\n";

TEST_P(IsaLevel, IsReached) { EXPECT_EQ(Run("isa", {"call default Own"}).out, "Own: isa\n"); }

TEST_P(IsaLevel, OfALibraryIsNotReached) {
  Raise("libisa.so");
  const RunResult result = Run("isa");
  EXPECT_EQ(result.exit_status, 127);
  EXPECT_EQ(result.err, Path("libisa.so") + kTooLow);
}

TEST_P(IsaLevel, OfTheProgramIsNotReached) {
  Raise("isa");
  const RunResult result = Run("isa");
  EXPECT_EQ(result.exit_status, 127);
  EXPECT_TRUE(result.err.ends_with(kTooLow)) << result;
}

TEST_P(IsaLevel, OfAnOpenedLibraryIsNotReached) {
  Raise("libisa.so");
  EXPECT_EQ(Run("script", {"open i " + Path("libisa.so")}).out,
            "open: " + Path("libisa.so") + kTooLow);
}

}  // namespace
}  // namespace signet::test
