// SPDX-License-Identifier: MIT
//
// Paths that are built, the default directories, and $ORIGIN, $LIB and $PLATFORM filled in.
#include <gtest/gtest.h>
#include <unistd.h>

#include <string>

#include "loader/find/hwcaps.h"
#include "loader/find/path_text.h"
#include "tests/support/temporary_directory.h"

namespace signet::test {
namespace {

TEST(PathBuffer, IsBuiltInPieces) {
  PathBuffer::Room room;
  PathBuffer path(room);
  path << "/a"
       << ""
       << "/b";
  EXPECT_EQ(path.view(), "/a/b");
  path.Truncate(2);
  path << "/c";
  EXPECT_STREQ(path.c_str(), "/a/c");
  EXPECT_TRUE(path.fits());
}

TEST(PathBuffer, HoldsWhatTheKernelTakes) {
  const std::string longest(PATH_MAX - 1, 'x');
  PathBuffer::Room room;
  PathBuffer path(room);
  path << longest;
  EXPECT_TRUE(path.fits());
  EXPECT_EQ(path.c_str(), longest);
  path << "y";
  EXPECT_FALSE(path.fits());
  EXPECT_EQ(path.view(), longest);
  path << "";
  EXPECT_FALSE(path.fits());
}

TEST(DefaultDirectories, AreWholeComponents) {
  EXPECT_TRUE(IsInDefaultDirectory("/lib/x86_64-linux-gnu/libc.so.6"));
  EXPECT_TRUE(IsInDefaultDirectory("/usr/lib/libc.so.6"));
  EXPECT_FALSE(IsInDefaultDirectory("/usr/lib64/libc.so.6"));
  EXPECT_TRUE(IsInDefaultDirectory("/usr/lib"));
  EXPECT_FALSE(IsInDefaultDirectory("/library/libc.so.6"));
  EXPECT_FALSE(IsInDefaultDirectory("/usr/local/lib/libc.so.6"));
  EXPECT_FALSE(IsInDefaultDirectory("lib/libc.so.6"));
  EXPECT_FALSE(IsInDefaultDirectory(""));
}

class Tokens : public testing::Test {
 protected:
  std::string Expand(std::string_view text) {
    return std::string(ExpandTokens(text, module_, options_));
  }

  Tokens() {
    module_.path = "/opt/app/bin/app";
    options_.platform = "kernels_word";
  }

  // A module whose $ORIGIN was not needed yet.
  void Place(const char* path) {
    module_ = {};
    module_.path = path;
  }

  std::string Platform() const {
    return std::string(Cpu::Platform().empty() ? options_.platform : Cpu::Platform());
  }

  Module module_;
  SearchOptions options_;
};

TEST_F(Tokens, TextWithoutTokensIsNotCopied) {
  constexpr std::string_view kText = "/usr/lib";
  EXPECT_EQ(ExpandTokens(kText, module_, options_).data(), kText.data());
}

TEST_F(Tokens, HaveTwoSpellings) {
  EXPECT_EQ(Expand("$ORIGIN"), "/opt/app/bin");
  EXPECT_EQ(Expand("${ORIGIN}"), "/opt/app/bin");
  EXPECT_EQ(Expand("$ORIGIN/../lib"), "/opt/app/bin/../lib");
  EXPECT_EQ(Expand("${ORIGIN}x"), "/opt/app/binx");
  EXPECT_EQ(Expand("/a/$LIB/b"), "/a/lib/x86_64-linux-gnu/b");
  EXPECT_EQ(Expand("/$PLATFORM/${LIB}$ORIGIN"),
            "/" + Platform() + "/lib/x86_64-linux-gnu/opt/app/bin");
}

TEST_F(Tokens, MustBeWhole) {
  EXPECT_EQ(Expand("$ORIGINAL"), "$ORIGINAL");
  EXPECT_EQ(Expand("$ORIGIN_"), "$ORIGIN_");
  EXPECT_EQ(Expand("$LIB64"), "$LIB64");
  EXPECT_EQ(Expand("${ORIGIN"), "${ORIGIN");
  EXPECT_EQ(Expand("${ORIGINAL}"), "${ORIGINAL}");
  EXPECT_EQ(Expand("$origin/$"), "$origin/$");
  EXPECT_EQ(Expand("$$LIB"), "$lib/x86_64-linux-gnu");
  EXPECT_EQ(Expand("$LIB-2"), "lib/x86_64-linux-gnu-2");
}

TEST_F(Tokens, WithoutAValueDropTheText) {
  options_.platform = "";
  EXPECT_EQ(Expand("/lib/$PLATFORM"), Platform().empty() ? "" : "/lib/" + Platform());
  Place("");
  EXPECT_EQ(Expand("$ORIGIN/lib"), "");
}

TEST_F(Tokens, TooLongTextIsDropped) {
  EXPECT_EQ(Expand("$ORIGIN/" + std::string(PATH_MAX, 'x')), "");
}

TEST_F(Tokens, OriginOfARootDirectoryIsTheRoot) {
  Place("/app");
  EXPECT_EQ(Expand("$ORIGIN"), "/");
}

TEST_F(Tokens, OriginOfARelativePathIsAbsolute) {
  const TemporaryDirectory directory;
  const auto before = std::filesystem::current_path();
  std::filesystem::current_path(directory.path());
  Place("bin/app");
  EXPECT_EQ(Expand("$ORIGIN"), (directory / "bin").string());
  Place("app");
  EXPECT_EQ(Expand("$ORIGIN"), directory.path().string());
  std::filesystem::current_path(before);
  EXPECT_EQ(Expand("$ORIGIN"), directory.path().string()) << "it is found once";
}

class SecureTokens : public Tokens {
 protected:
  SecureTokens() {
    options_.secure = true;
    Place("/usr/lib/app/bin/app");
  }
};

// The result is in its normal form: the string that was judged.
TEST_F(SecureTokens, OriginMayLeadToADefaultDirectory) {
  EXPECT_EQ(Expand("$ORIGIN"), "/usr/lib/app/bin");
  EXPECT_EQ(Expand("$ORIGIN/../lib"), "/usr/lib/app/lib");
  Place("/usr/bin/app");
  EXPECT_EQ(Expand("${ORIGIN}/../lib/app"), "/usr/lib/app");
  EXPECT_EQ(Expand("$ORIGIN/.././/../lib"), "/lib");
}

TEST_F(SecureTokens, OriginMayNotLeadElsewhere) {
  EXPECT_EQ(Expand("$ORIGIN/../../../local"), "");
  EXPECT_EQ(Expand("$ORIGIN/../../../../../../tmp"), "");
  EXPECT_EQ(Expand("$ORIGIN/../../../library"), "");
  Place("/home/user/app");
  EXPECT_EQ(Expand("$ORIGIN"), "");
  EXPECT_EQ(Expand("$ORIGIN/usr/lib"), "");
}

TEST_F(SecureTokens, OriginMustBeTheWholeFirstComponent) {
  EXPECT_EQ(Expand("/usr/lib/$ORIGIN"), "");
  EXPECT_EQ(Expand("${ORIGIN}x"), "");
  EXPECT_EQ(Expand("$ORIGIN:/usr/lib"), "");
  EXPECT_EQ(Expand("$ORIGIN/$ORIGIN"), "");
}

TEST_F(SecureTokens, OtherTokensAreTheLoadersOwn) {
  EXPECT_EQ(Expand("/opt/$LIB/$PLATFORM"), "/opt/lib/x86_64-linux-gnu/" + Platform());
}

}  // namespace
}  // namespace signet::test
