// SPDX-License-Identifier: MIT
//
// The first lines of scripts, on bytes. run_script_test.cc compares with the kernel.
#include "tool/process/script.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <string_view>

#include "tool/process/binfmt_misc.h"

namespace signet::tool {
namespace {

FileHead Head(std::string_view text) {
  FileHead head = {};
  std::copy_n(text.begin(), std::min(text.size(), head.size()), head.begin());
  return head;
}

// "<interpreter> <argument>", or "none".
std::string Parse(std::string_view text) {
  const auto line = ParseScriptLine(Head(text));
  if (!line) return "none";
  return "<" + line->interpreter + ">" + (line->argument ? " <" + *line->argument + ">" : "");
}

TEST(Script, Lines) {
  EXPECT_EQ(Parse("#!/i\nrest"), "</i>");
  EXPECT_EQ(Parse("#! \t/i\t \n"), "</i>");
  EXPECT_EQ(Parse("#!/i  a b\tc \n"), "</i> <a b\tc>");
  EXPECT_EQ(Parse("#!/i\r\n"), "</i\r>");
  EXPECT_EQ(Parse("#!\n/i"), "none");
  EXPECT_EQ(Parse("#! \t \n"), "none");
  EXPECT_EQ(Parse("#!/i"), "</i>");
  EXPECT_EQ(Parse("#!"), "<>");
}

TEST(Script, AZeroEndsIt) {
  using std::string_view_literals::operator""sv;
  EXPECT_EQ(Parse("#!/i\0 a\n"sv), "</i>");
  EXPECT_EQ(Parse("#!/i a\0b\n"sv), "</i> <a>");
  EXPECT_EQ(Parse("#!/i \0b\n"sv), "</i> <>");
}

// What is cut off by the end of the head may be an argument, not the interpreter.
TEST(Script, LongLines) {
  EXPECT_EQ(Parse("#!/" + std::string(251, 'i') + " \n"), "</" + std::string(251, 'i') + ">");
  EXPECT_EQ(Parse("#!/" + std::string(252, 'i') + "\n"), "</" + std::string(252, 'i') + ">");
  EXPECT_EQ(Parse("#!/" + std::string(253, 'i') + "\n"), "none");
  EXPECT_EQ(Parse("#!/i " + std::string(300, 'a')), "</i> <" + std::string(250, 'a') + ">");
  EXPECT_EQ(Parse("#!" + std::string(300, ' ') + "/i\n"), "none");
  EXPECT_EQ(Parse("#!/i" + std::string(300, ' ') + "\n"), "</i>");
}

TEST(Script, IsRecognised) {
  EXPECT_TRUE(IsScript(Head("#!")));
  EXPECT_FALSE(IsScript(Head("# !/bin/sh\n")));
  EXPECT_FALSE(IsScript(Head("")));
}

constexpr const char* kMagic =
    "enabled\ninterpreter /usr/bin/qemu\nflags: OC\noffset 1\nmagic 454c46\nmask ffff0f\n";
constexpr const char* kExtension = "enabled\ninterpreter /usr/bin/wine\nflags: \nextension .exe\n";

TEST(BinfmtHandler, ByMagic) {
  const auto handler = ParseBinfmtHandler("qemu", kMagic);
  ASSERT_TRUE(handler);
  EXPECT_EQ(handler->interpreter, "/usr/bin/qemu");
  EXPECT_TRUE(Handles(*handler, "x", Head("\177ELF")));
  EXPECT_TRUE(Handles(*handler, "x", Head("\177EL\xd6")));
  EXPECT_FALSE(Handles(*handler, "x", Head("\177EL\x49")));
  EXPECT_FALSE(Handles(*handler, "x", Head("ELF")));
}

TEST(BinfmtHandler, ByExtension) {
  const auto handler = ParseBinfmtHandler("wine", kExtension);
  ASSERT_TRUE(handler);
  EXPECT_TRUE(Handles(*handler, "/a/b.c.exe", Head("")));
  EXPECT_FALSE(Handles(*handler, "/a/b.EXE", Head("")));
  EXPECT_FALSE(Handles(*handler, "/a/exe", Head("")));
}

TEST(BinfmtHandler, Disabled) {
  const auto handler = ParseBinfmtHandler("wine", "disabled\ninterpreter /w\nextension .exe\n");
  ASSERT_TRUE(handler);
  EXPECT_FALSE(Handles(*handler, "a.exe", Head("")));
}

TEST(BinfmtHandler, ThatMakesNoSense) {
  for (const char* text :
       {"", "enabled\n", "enabled\ninterpreter /q\n", "enabled\nextension .x\n",
        "enabled\ninterpreter /q\nmagic 7\n", "enabled\ninterpreter /q\nmagic zz\n",
        "enabled\ninterpreter /q\noffset 257\nmagic 00\n",
        "enabled\ninterpreter /q\noffset 256\nmagic 00\n",
        "enabled\ninterpreter /q\noffset -1\nmagic 00\n",
        "enabled\ninterpreter /q\noffset 99999999999999999999\nmagic 00\n",
        "enabled\ninterpreter /q\nmagic 0000\nmask 00\n"}) {
    EXPECT_FALSE(ParseBinfmtHandler("x", text)) << text;
  }
}

}  // namespace
}  // namespace signet::tool
