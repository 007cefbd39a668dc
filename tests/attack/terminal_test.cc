// SPDX-License-Identifier: MIT
//
// Names that talk to the terminal: in every kind of message and report they are escaped, and what
// is UTF-8 stays readable. What a program asks for it gets as it is.
#include <gtest/gtest.h>

#include <filesystem>

#include "tests/support/temporary_directory.h"
#include "tests/support/ways.h"

namespace signet::test {
namespace {

namespace fs = std::filesystem;
using Strings = std::vector<std::string>;

// It sets the title, returns the carriage, ends the line, and has C1 in two encodings.
const std::string kName = "\033]0;x\a\r\n\x7f\xc2\x9b\x9b\xc3\xa4";
const std::string kEscaped = "\\x1b]0;x\\x07\\x0d\\x0a\\x7f\\xc2\\x9b\\x9b\xc3\xa4";

// `text` has the name, escaped, and nothing of it as it was.
void ExpectEscaped(const std::string& text, const std::string& escaped = kEscaped) {
  EXPECT_NE(text.find(escaped), std::string::npos) << text;
  for (const char* raw : {"\033", "\a", "\r", "x\n\x7f", "\x7f", "\xc2\x9b", "\x9b"})
    EXPECT_EQ(text.find(raw), std::string::npos) << text;
}

RunResult RunWith(Strings command, const Strings& variables = {}) {
  return RunProgram(command, WithVariables(BaseEnvironment(), variables));
}

std::string LoaderSays(Strings arguments, const Strings& variables = {}) {
  arguments.insert(arguments.begin(), Loader());
  return RunWith(arguments, variables).err;
}

std::string ToolSays(Strings arguments, const Strings& variables = {}) {
  arguments.insert(arguments.begin(), Tool());
  return RunWith(arguments, variables).err;
}

TEST(Terminal, ErrorsOfTheLoader) {
  ExpectEscaped(LoaderSays({kName}));
  ExpectEscaped(LoaderSays({"/no/" + kName}));
  ExpectEscaped(LoaderSays({"--" + kName, "true"}));
  ExpectEscaped(LoaderSays({"--seal=" + kName, "true"}));
  ExpectEscaped(LoaderSays({"--trace", kName, "true"}));
  ExpectEscaped(LoaderSays({"--argv0", kName, "--library-path", "/no", "/no/program"}));
  ExpectEscaped(LoaderSays({"/bin/true"}, {"SIGNET_SEAL=" + kName}));
  ExpectEscaped(LoaderSays({"/bin/true"}, {"SIGNET_OPTIONS=--" + kName}),
                kEscaped.substr(0, kEscaped.find("\\x0a")));  // the line's end is a separator
  ExpectEscaped(LoaderSays({"/bin/true"}, {"LD_PRELOAD=/no/" + kName}));
  ExpectEscaped(LoaderSays({"--preload", kName, "/bin/true"}));
}

class TerminalFiles : public testing::Test {
 protected:
  // A program, and a library of its own, below a directory of that name.
  TerminalFiles() {
    fs::create_directory(at_);
    fs::copy(Module("attack-calls-code"), at_ / "program");
    fs::copy(Module("libattack-code.so"), at_ / "libattack-code.so");
  }

  std::string program() const { return at_ / "program"; }
  std::string directory() const { return at_; }

 private:
  TemporaryDirectory temporary_;
  fs::path at_ = temporary_.path() / kName;
};

TEST_F(TerminalFiles, Traces) {
  for (const char* topic : {"files", "libs", "bindings"}) {
    SCOPED_TRACE(topic);
    const RunResult result = RunWith(
        {Loader(), std::string("--trace=") + topic, "--library-path", directory(), program()});
    EXPECT_EQ(result.out, "the library says 7\n");
    ExpectEscaped(result.err);
  }
  const std::string renamed = directory() + "/" + kName;
  fs::copy(program(), renamed);
  ExpectEscaped(RunWith({Loader(), "--trace=seal", renamed}).err);
}

TEST_F(TerminalFiles, Lists) {
  const RunResult result = RunWith({Loader(), "--list", program()});
  ExpectEscaped(result.out);
  EXPECT_TRUE(result.out.starts_with("\tlinux-vdso.so.1 (0x")) << result;
}

TEST_F(TerminalFiles, Reports) {
  ExpectEscaped(RunWith({Tool(), "verify", program()}).out);
  const std::string renamed = directory() + "/" + kName;
  fs::copy(program(), renamed);
  for (const char* command : {"dump", "verify"})
    ExpectEscaped(RunWith({Tool(), command, "--", renamed}).out);
}

// JSON has its own way: U+FFFD for what is not UTF-8, and \u for controls.
TEST_F(TerminalFiles, Json) {
  const std::string renamed = directory() + "/" + kName;
  fs::copy(program(), renamed);
  for (const char* command : {"dump", "verify"}) {
    const RunResult result = RunWith({Tool(), command, "--json", "--", renamed});
    EXPECT_NE(result.out.find("\\u001b]0;x\\u0007\\r\\n\\u007f\\u009b\xef\xbf\xbd\xc3\xa4"),
              std::string::npos)
        << result;
    for (const char* raw : {"\033", "\a", "\r", "\x7f", "\xc2\x9b"})
      EXPECT_EQ(result.out.find(raw), std::string::npos);
  }
}

TEST(Terminal, ErrorsOfTheTool) {
  ExpectEscaped(ToolSays({kName}));
  ExpectEscaped(ToolSays({"run", kName}));
  ExpectEscaped(ToolSays({"run", "/no/" + kName}));
  ExpectEscaped(ToolSays({"run", "--" + kName, "true"}));
  ExpectEscaped(ToolSays({"dump", kName}));
  ExpectEscaped(ToolSays({"dump", "1", kName}));
  ExpectEscaped(ToolSays({"dump", "--", "/no/" + kName}));
  ExpectEscaped(ToolSays({"verify", "/no/" + kName}));
  ExpectEscaped(ToolSays({"doctor", kName}));
  ExpectEscaped(ToolSays({"run", "true"}, {"SIGNET_LOADER=/no/" + kName}));
}

// The text of dlerror is for the program, as it is under ld.so.
TEST(Terminal, ErrorsForTheProgram) {
  const RunResult result = ExpectSameAsSystem(Module("attack-opens"), {"/no/" + kName});
  EXPECT_NE(result.out.find(kName), std::string::npos) << result;
}

}  // namespace
}  // namespace signet::test
