// SPDX-License-Identifier: MIT
//
// The name that ps, pgrep and killall know a process by. execve takes it from the path of the
// program; a program that is run by command has the same.
#include <unistd.h>

#include <filesystem>

#include "tests/support/load_test.h"
#include "tests/support/temporary_directory.h"

namespace signet::test {
namespace {

namespace fs = std::filesystem;

class Names : public LoadTest {
 protected:
  // What a program in a file of that name shows.
  RunResult RunAs(const std::string& name, const StartOptions& options = {}) {
    const fs::path file = directory_ / name;
    fs::copy_file(Module("libc-names"), file);
    return Start(way(), file, {}, options);
  }

  std::string Expected(const std::string& name, const std::string& file) const {
    return "process: " + name + "\nthread: " + name + "\n<" + (directory_ / file).string() + ">\n";
  }

  TemporaryDirectory directory_;
};
INSTANTIATE_TEST_SUITE_P(, Names, testing::Values(Way::kSystem, Way::kCommand), WayName);

TEST_P(Names, OfTheFile) { EXPECT_EQ(RunAs("program").out, Expected("program", "program")); }

TEST_P(Names, HaveFifteenBytes) {
  EXPECT_EQ(RunAs("a-very-long-name-of-a-program").out,
            Expected("a-very-long-nam", "a-very-long-name-of-a-program"));
}

TEST_P(Names, AreThoseOfLinks) {
  fs::create_symlink(Module("libc-names"), directory_ / "link");
  EXPECT_EQ(Start(way(), directory_ / "link").out, Expected("link", "link"));
}

TEST_P(Names, OfAStaticProgram) {
  const std::string busybox = "/bin/busybox";
  if (access(busybox.c_str(), X_OK) != 0) GTEST_SKIP() << busybox << " is not installed";
  EXPECT_EQ(Start(way(), busybox, {"cat", "/proc/self/comm"}).out, "busybox\n");
}

// Nothing else is changed by it. Only Signet has the option.
TEST(NameOption, ChoosesTheName) {
  const fs::path program = Module("libc-names");
  EXPECT_EQ(Start(Way::kCommand, program, {}, {.loader_options = {"--comm", "other"}}).out,
            "process: other\nthread: other\n<" + program.string() + ">\n");
}

}  // namespace
}  // namespace signet::test
