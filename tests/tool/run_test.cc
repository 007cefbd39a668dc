// SPDX-License-Identifier: MIT
//
// Whole runs of `signet run`. If the real loader is not needed, a script takes its place and prints
// its arguments.
#include <fmt/format.h>
#include <gtest/gtest.h>

#include <filesystem>
#include <fstream>

#include "tests/support/process.h"
#include "tests/support/temporary_directory.h"
#include "tests/support/ways.h"

namespace signet::test {
namespace {

using Strings = std::vector<std::string>;

class RunTest : public testing::Test {
 protected:
  RunTest() {
    CreateScript("loader", "printf '<%s>' \"$@\"; exit 5");
    std::filesystem::copy_file("/bin/true", directory_ / "prog");
  }

  void CreateScript(const char* name, const char* text) {
    std::ofstream(directory_ / name) << "#!/bin/sh\n" << text << "\n";
    std::filesystem::permissions(directory_ / name, std::filesystem::perms(0755));
  }

  RunResult Run(const Strings& arguments) {
    Strings command = {Tool(), "run"};
    command.insert(command.end(), arguments.begin(), arguments.end());
    return RunProgram(command,
                      WithVariables(BaseEnvironment(),
                                    {"SIGNET_LOADER=" + (directory_ / loader_).string(),
                                     "PATH=" + directory_.path().string() + ":/bin:/usr/bin"}));
  }

  TemporaryDirectory directory_;
  std::string loader_ = "loader";
};

TEST_F(RunTest, AProgramOnPathKeepsItsName) {
  const RunResult result = Run({"prog", "-x", ""});
  EXPECT_EQ(result.exit_status, 5);
  EXPECT_EQ(result.out,
            fmt::format("<--argv0><prog><--><{}><-x><>", (directory_ / "prog").string()));
}

TEST_F(RunTest, APathIsPassedAsItIs) {
  const std::string path = directory_ / "prog";
  EXPECT_EQ(Run({path}).out, fmt::format("<--><{}>", path));
}

TEST_F(RunTest, AnArgv0OfTheUsersOwnWins) {
  EXPECT_EQ(Run({"--argv0=name", "prog"}).out,
            fmt::format("<--argv0><name><--><{}>", (directory_ / "prog").string()));
}

TEST_F(RunTest, OptionsAreHandedOn) {
  EXPECT_EQ(Run({"--seal=+data", "--stats", "--", (directory_ / "prog").string()}).out,
            fmt::format("<--seal><+data><--stats><--><{}>", (directory_ / "prog").string()));
}

TEST_F(RunTest, NotFound) {
  const RunResult result = Run({"no-such-program"});
  EXPECT_EQ(result.exit_status, 127);
  EXPECT_EQ(result.err, "signet: no-such-program: command not found\n");
}

TEST_F(RunTest, NotExecutable) {
  const RunResult result = Run({"/etc/passwd"});
  EXPECT_EQ(result.exit_status, 126);
  EXPECT_EQ(result.err, "signet: /etc/passwd: Permission denied\n");
}

TEST_F(RunTest, LoaderNotThere) {
  loader_ = "none";
  const RunResult result = Run({"true"});
  EXPECT_EQ(result.exit_status, 126);
  EXPECT_EQ(result.err, fmt::format("signet: SIGNET_LOADER: {}: No such file or directory\n",
                                    (directory_ / "none").string()));
}

TEST_F(RunTest, LoaderNotExecutable) {
  std::ofstream(directory_ / "text") << "not a program";
  std::filesystem::permissions(directory_ / "text", std::filesystem::perms(0755));
  loader_ = "text";
  const RunResult result = Run({"true"});
  EXPECT_EQ(result.exit_status, 126);
  EXPECT_EQ(result.err, fmt::format("signet: cannot run the loader {}: Exec format error\n",
                                    (directory_ / "text").string()));
}

// The tool finds the loader beside itself in the build tree and in the install tree.
class FindLoaderTest : public RunTest {
 protected:
  FindLoaderTest() {
    std::filesystem::create_directories(directory_ / "tree/bin");
    std::filesystem::copy_file(Tool(), directory_ / "tree/bin/signet");
  }

  void Install(const char* directory) {
    std::filesystem::create_directories(directory_ / directory);
    std::filesystem::copy_file(directory_ / "loader", directory_ / directory / "ld-signet.so");
  }

  RunResult RunTrue() { return RunProgram({directory_ / "tree/bin/signet", "run", "/bin/true"}); }
};

TEST_F(FindLoaderTest, InTheBuildTree) {
  Install("tree/lib");
  EXPECT_EQ(RunTrue().out, "<--></bin/true>");
}

TEST_F(FindLoaderTest, InTheInstallTree) {
  Install("tree/" SIGNET_TEST_INSTALL_LIBDIR "/signet");
  EXPECT_EQ(RunTrue().out, "<--></bin/true>");
}

TEST_F(FindLoaderTest, Nowhere) {
  const RunResult result = RunTrue();
  EXPECT_EQ(result.exit_status, 126);
  const std::string tree = directory_ / "tree";
  EXPECT_EQ(result.err, fmt::format("signet: no loader in {0}/lib/ld-signet.so or "
                                    "{0}/" SIGNET_TEST_INSTALL_LIBDIR
                                    "/signet/ld-signet.so; SIGNET_LOADER can name one\n",
                                    tree));
}

}  // namespace
}  // namespace signet::test
