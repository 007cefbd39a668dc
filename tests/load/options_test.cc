// SPDX-License-Identifier: MIT
//
// The command's options: those that ld.so also has, and unknown ones.
// --library-path, --preload and --inhibit-cache are in deps_test.cc.
#include <regex>
#include <sstream>

#include "tests/support/load_test.h"

namespace signet::test {
namespace {

class Options : public LoadTest {
 protected:
  // Starts the loader with these options and nothing else.
  RunResult StartLoader(const std::vector<std::string>& options) {
    std::vector<std::string> argv = {way() == Way::kCommand ? Loader() : SystemLoader()};
    argv.insert(argv.end(), options.begin(), options.end());
    return RunProgram(argv);
  }

  // The listed modules that have a path, as "name => path", in order.
  static std::vector<std::string> ListedFiles(const std::string& list) {
    static const std::regex kLine("\t(\\S+ => \\S+) \\(0x[0-9a-f]{16}\\)");
    std::vector<std::string> files;
    std::istringstream lines(list);
    for (std::string line; std::getline(lines, line);) {
      std::smatch match;
      if (std::regex_match(line, match, kLine)) files.push_back(match[1]);
    }
    return files;
  }

  std::vector<std::string> List(std::string_view module) {
    const RunResult result = StartLoader({"--list", Module(module)});
    EXPECT_EQ(result.exit_status, 0) << result;
    EXPECT_EQ(result.err, "");
    return ListedFiles(result.out);
  }

  static std::string Listed(const std::string& name) {
    return name + " => " + Module(name).string();
  }
};
SIGNET_COMMAND_WAYS(Options);

TEST_P(Options, ListOfFreestandingProgram) {
  EXPECT_EQ(List("hello"), std::vector<std::string>{Listed("libhello-greeting.so")});
}

TEST_P(Options, ProgramWithLibcSeesNoInterpreter) {
  ExpectRun("libc-auxv", {.out = "AT_EXECFN is argv[0]: yes\nAT_BASE is 0: yes\n"});
}

TEST_P(Options, ProgramThatIsNowhere) {
  const RunResult result = StartLoader({"no-such-program"});
  EXPECT_EQ(result.exit_status, 127) << result;
  EXPECT_EQ(result.err.find("no-such-program: error while loading shared libraries: "
                            "no-such-program: cannot open shared object file"),
            0u)
      << result;
}

TEST_P(Options, ListIsBreadthFirst) {
  const std::vector<std::string> files = List("order-cycle");
  ASSERT_EQ(files.size(), 6U);
  EXPECT_EQ(files[0], Listed("liborder-1.so"));
  EXPECT_EQ(files[1].substr(0, files[1].find(' ')), "libc.so.6");
  EXPECT_EQ(files[2], Listed("liborder-2.so"));
  EXPECT_EQ(files[3], Listed("liborder-3.so"));
  EXPECT_EQ(files[4], Listed("liborder-4.so"));
  EXPECT_EQ(files[5], Listed("liborder-5.so"));
}

TEST_P(Options, ListNamesTheInterpreterByItsPath) {
  const RunResult result = StartLoader({"--list", Module("hello-libc")});
  EXPECT_TRUE(std::regex_search(
      result.out, std::regex("\n\t/lib64/ld-linux-x86-64\\.so\\.2 \\(0x[0-9a-f]{16}\\)\n")))
      << result;
}

TEST_P(Options, ListNamesTheVdso) {
  const RunResult result = StartLoader({"--list", Module("hello-libc")});
  EXPECT_TRUE(
      std::regex_search(result.out, std::regex("^\tlinux-vdso\\.so\\.1 \\(0x[0-9a-f]{16}\\)\n")))
      << result;
}

TEST_P(Options, ListOfALibrary) {
  const std::vector<std::string> files = List("liborder-low.so");
  ASSERT_EQ(files.size(), 2U);
  EXPECT_EQ(files[0], Listed("liborder-bottom.so"));
}

TEST_P(Options, ListOfPreloaded) {
  const RunResult result =
      StartLoader({"--preload", Module("libhello-greeting.so"), "--list", Module("sym-absolute")});
  EXPECT_EQ(result.exit_status, 0) << result;
  EXPECT_NE(result.out.find("\t" + Module("libhello-greeting.so").string() + " (0x"),
            std::string::npos)
      << result;
}

TEST_P(Options, ListOfStaticProgram) {
  const RunResult result = StartLoader({"--list", Module("static-freestanding")});
  EXPECT_EQ(ListedFiles(result.out), std::vector<std::string>{}) << result;
}

TEST_P(Options, Argv0) {
  ExpectRun("order-stack",
            {.out = "stack aligned: yes\nargc: 2\nargv[0]: another-name\nargv[1]: one\n"
                    "argv ends: yes\nAT_PHDR is the program's: yes\n"
                    "AT_PHNUM is the program's: yes\nAT_PHENT: 56\n"
                    "AT_ENTRY is the program's: yes\nAT_EXECFN names the program: yes\n"
                    "AT_BASE is an ELF file or 0: yes\nAT_PAGESZ: 4096\nAT_SECURE: 0\n"
                    "hello from a library\n"},
            {"one"}, {.loader_options = {"--argv0", "another-name"}});
}

TEST_P(Options, AfterTheProgramAreItsOwn) {
  ExpectRun("order-stack",
            {.out = "stack aligned: yes\nargc: 3\nargv[0]: order-stack\nargv[1]: --list\n"
                    "argv ends: yes\nAT_PHDR is the program's: yes\n"
                    "AT_PHNUM is the program's: yes\nAT_PHENT: 56\n"
                    "AT_ENTRY is the program's: yes\nAT_EXECFN names the program: yes\n"
                    "AT_BASE is an ELF file or 0: yes\nAT_PAGESZ: 4096\nAT_SECURE: 0\n"
                    "hello from a library\n"},
            {"--list", "--no-such-option"});
}

TEST_P(Options, UnknownOptionIsNamed) {
  const RunResult result = StartLoader({"--no-such-option", Module("hello")});
  EXPECT_NE(result.exit_status, 0);
  EXPECT_EQ(result.signal, 0);
  EXPECT_EQ(result.out, "");
  EXPECT_NE(result.err.find("--no-such-option"), std::string::npos) << result;
}

TEST_P(Options, Help) {
  const RunResult result = StartLoader({"--help"});
  EXPECT_EQ(result.exit_status, 0);
  for (const char* option : {"--list", "--library-path", "--preload", "--argv0", "--inhibit-cache",
                             "--help", "--version"}) {
    EXPECT_NE(result.out.find(option), std::string::npos) << option << " is not in\n" << result;
  }
}

TEST_P(Options, Version) {
  const RunResult result = StartLoader({"--version"});
  EXPECT_EQ(result.exit_status, 0);
  EXPECT_NE(result.out.find(way() == Way::kCommand ? "signet" : "ld.so"), std::string::npos)
      << result;
}

TEST_P(Options, NoProgram) {
  const RunResult result = StartLoader({});
  EXPECT_NE(result.exit_status, 0);
  EXPECT_EQ(result.out, "");
  EXPECT_NE(result.err, "");
}

class AuditVariable : public LoadTest {};
INSTANTIATE_TEST_SUITE_P(, AuditVariable, testing::Values(Way::kCommand, Way::kInterp), WayName);

// Nobody is to think that an audit takes place.
TEST_P(AuditVariable, IsNotIgnoredInSilence) {
  const RunResult result =
      Start(way(), Module("hello-libc"), {}, {.environment = {"LD_AUDIT=libone.so:/two.so"}});
  EXPECT_EQ(result.out, "hello from libc\narguments: 0\n");
  EXPECT_EQ(
      result.err,
      "ERROR: ld.so: object 'libone.so' cannot be loaded as audit interface: Signet has none; "
      "ignored.\nERROR: ld.so: object '/two.so' cannot be loaded as audit interface: Signet "
      "has none; ignored.\n");
}

// ld.so of glibc 2.36 has no names for these two.
std::string WithName(const std::string& line) {
  static const std::regex kUnnamed("AT_\\?\\?\\? \\(0x1([bc])\\): (0x[0-9a-f]+)");
  std::smatch match;
  if (!std::regex_match(line, match, kUnnamed)) return line;
  return (match[1] == "b" ? "AT_RSEQ_FEATURE_SIZE: " : "AT_RSEQ_ALIGN:        ") +
         std::to_string(std::stoul(match[2], nullptr, 16));
}

// Addresses differ from start to start. The rest is the kernel's.
std::string WithoutAddresses(const std::string& auxv) {
  std::istringstream lines(auxv);
  std::string result;
  for (std::string line; std::getline(lines, line);) {
    const size_t address = line.find(" 0x7f");
    const size_t other = line.find(" 0x5");
    if (line.starts_with("AT_EXECFN")) continue;  // a copy, where the kernel starts Signet
    if (line.starts_with("AT_PHNUM") || line.starts_with("AT_BASE")) continue;
    result += WithName(line.substr(0, std::min(address, other))) + "\n";
  }
  return result;
}

TEST(ShowAuxv, AsLdSo) {
  const StartOptions options = {.environment = {"LD_SHOW_AUXV=1"}};
  const RunResult system = Start(Way::kSystem, Module("hello-libc"), {}, options);
  const RunResult interp = Start(Way::kInterp, Module("hello-libc"), {}, options);
  EXPECT_NE(system.out.find("AT_PAGESZ:            4096\n"), std::string::npos);
  EXPECT_EQ(WithoutAddresses(interp.out), WithoutAddresses(system.out));
}

}  // namespace
}  // namespace signet::test
