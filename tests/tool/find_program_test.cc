// SPDX-License-Identifier: MIT
#include "tool/process/find_program.h"

#include <gtest/gtest.h>
#include <unistd.h>

#include <filesystem>
#include <fstream>

#include "tests/support/temporary_directory.h"

namespace signet::tool {
namespace {

// Two directories. `first` contains a file `both` that is not executable, and a directory `dir`.
// `second` contains the executables `both`, `dir` and `only`.
class FindProgramTest : public testing::Test {
 protected:
  FindProgramTest() {
    std::filesystem::create_directories(directory_ / "first/dir");
    std::filesystem::create_directory(directory_ / "second");
    Create("first/both", 0644);
    Create("first/plain", 0644);
    for (const char* name : {"second/both", "second/dir", "second/only", "second/-dash"}) {
      Create(name, 0755);
    }
  }

  void Create(const char* name, unsigned mode) {
    std::ofstream(directory_ / name) << "x";
    std::filesystem::permissions(directory_ / name, static_cast<std::filesystem::perms>(mode));
  }

  std::string In(const char* name) const { return directory_ / name; }
  std::string Path() const { return In("first") + ":" + In("missing") + ":" + In("second"); }

  // The path, or "STATUS: MESSAGE".
  std::string Find(const std::string& name) const {
    const auto found = FindProgram(name, Path());
    return found.ok() ? *found
                      : std::to_string(found.error().exit_status) + ": " + found.error().message;
  }

  test::TemporaryDirectory directory_;
};

TEST_F(FindProgramTest, OnPath) { EXPECT_EQ(Find("only"), In("second/only")); }

TEST_F(FindProgramTest, UnexecutableFilesAndDirectoriesArePassedOver) {
  EXPECT_EQ(Find("both"), In("second/both"));
  EXPECT_EQ(Find("dir"), In("second/dir"));
}

TEST_F(FindProgramTest, ANameWithASlashIsNotSearched) {
  EXPECT_EQ(Find(In("second/only")), In("second/only"));
  EXPECT_EQ(Find(In("missing")), "127: " + In("missing") + ": No such file or directory");
  EXPECT_EQ(Find(In("first/both/x")), "127: " + In("first/both/x") + ": Not a directory");
  EXPECT_EQ(Find(In("first/both")), "126: " + In("first/both") + ": Permission denied");
  EXPECT_EQ(Find(In("first")), "126: " + In("first") + ": Is a directory");
  EXPECT_EQ(Find("/dev/null"), "126: /dev/null: Permission denied");
}

TEST_F(FindProgramTest, NotFound) {
  EXPECT_EQ(Find("nowhere"), "127: nowhere: command not found");
  EXPECT_EQ(Find(""), "127: '': No such file or directory");
}

TEST_F(FindProgramTest, OnlyUnexecutable) {
  EXPECT_EQ(Find("plain"), "126: " + In("first/plain") + ": Permission denied");
}

TEST_F(FindProgramTest, AnEmptyElementIsTheWorkingDirectory) {
  const auto old = std::filesystem::current_path();
  std::filesystem::current_path(directory_ / "second");
  for (const char* path : {"", ":/nowhere", "/nowhere:", "/nowhere::/nowhere"}) {
    const auto found = FindProgram("only", path);
    EXPECT_TRUE(found.ok() && *found == "./only") << path;
  }
  EXPECT_FALSE(FindProgram("only", "/nowhere").ok());
  std::filesystem::current_path(old);
}

TEST_F(FindProgramTest, WithoutPathTheSystemsDefault) {
  const auto found = FindProgram("sh", std::nullopt);
  ASSERT_TRUE(found.ok());
  EXPECT_EQ(*found, "/bin/sh");
}

}  // namespace
}  // namespace signet::tool
