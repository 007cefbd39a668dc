// SPDX-License-Identifier: MIT
//
// SIGNET_OPTIONS: the options of the command, for a program that has the loader as its interpreter.
// What the options do is tested with the command; here, that they arrive, and that what makes no
// sense harms nobody.
#include "tests/support/load_test.h"

namespace signet::test {
namespace {

using Strings = std::vector<std::string>;

class OptionsVariable : public LoadTest {
 protected:
  RunResult RunWith(const std::string& program, const std::string& options,
                    const Strings& command_options = {}, const Strings& variables = {}) {
    Strings environment = {"SIGNET_OPTIONS=" + options};
    environment.insert(environment.end(), variables.begin(), variables.end());
    return Start(way(), Module(program), {},
                 {.environment = environment, .loader_options = command_options});
  }

  static void ExpectHello(const RunResult& result) {
    EXPECT_EQ(result.exit_status, 7) << result;
    EXPECT_EQ(result.out, "hello from libc\narguments: 0\n");
  }
};
INSTANTIATE_TEST_SUITE_P(, OptionsVariable, testing::Values(Way::kInterp, Way::kCommand), WayName);

TEST_P(OptionsVariable, Flags) {
  const RunResult result = RunWith("hello-libc", "--stats --inhibit-cache");
  ExpectHello(result);
  EXPECT_NE(result.err.find("ld-signet: stats: total: "), std::string::npos) << result;
}

TEST_P(OptionsVariable, Values) {
  const RunResult result = RunWith("hello-libc", "--trace=seal \t\n --seal none,relro");
  ExpectHello(result);
  EXPECT_NE(result.err.find("kind text is not among those to seal"), std::string::npos) << result;
  EXPECT_EQ(result.err.find("kind relro is not"), std::string::npos) << result;
}

TEST_P(OptionsVariable, Paths) {
  const std::string path = Module("deps/two").string();
  EXPECT_EQ(RunWith("deps/no-path", "--library-path " + path).out, "where: two\n");
  EXPECT_EQ(RunWith("deps/no-path", "--preload=" + path + "/libwhere.so").out, "where: two\n");
}

TEST_P(OptionsVariable, List) {
  const RunResult result = RunWith("hello-libc", "--list");
  EXPECT_EQ(result.exit_status, 0) << result;
  EXPECT_NE(result.out.find("\tlibc.so.6 => "), std::string::npos) << result;
}

TEST_P(OptionsVariable, AllThatRunAProgram) {
  for (const char* options :
       {"", " \t\n", "--", "--fallback=none --tls-surplus=4096 --dlopen-seal=nodelete",
        "--backend guard", "--backend=none", "--backend=seccomp", "--also=seccomp",
        "--fallback seccomp --require enforced"}) {
    SCOPED_TRACE(options);
    const RunResult result = RunWith("hello-libc", options);
    ExpectHello(result);
    EXPECT_EQ(result.err, "");
  }
}

TEST_P(OptionsVariable, RequirementsCount) {
  const RunResult result = RunWith("hello-libc", "--backend=none --require=enforced");
  EXPECT_EQ(result.exit_status, 126) << result;
  EXPECT_EQ(result.err, "ld-signet: --require=enforced: the backend is none\n");
}

TEST_P(OptionsVariable, ComesBehindSignetSeal) {
  const RunResult result =
      RunWith("hello-libc", "--trace=seal --seal=-text", {}, {"SIGNET_SEAL=none,text,relro"});
  EXPECT_NE(result.err.find("kind text is not among those to seal"), std::string::npos) << result;
  EXPECT_EQ(result.err.find("kind relro is not"), std::string::npos) << result;
}

struct Nonsense {
  const char* options;
  const char* messages;  // all begin with "ld-signet: SIGNET_OPTIONS: "
};

// Each is left out, and what is right beside it counts.
TEST_P(OptionsVariable, NonsenseIsReportedAndLeftOut) {
  constexpr const char* kBegin = "ld-signet: SIGNET_OPTIONS: ";
  for (const auto& [options, message] : {
           Nonsense{"--frob", "unrecognized option: --frob"},
           Nonsense{"-s", "unrecognized option: -s"},
           Nonsense{"--stats=1", "unrecognized option: --stats=1"},
           Nonsense{"--seal", "option needs a value: --seal"},
           Nonsense{"--seal=none,frob", "unknown kind in --seal: frob"},
           Nonsense{"--trace=seal,frob", "unknown topic in --trace: frob"},
           Nonsense{"--require none", "unknown value of --require: none"},
           Nonsense{"--fallback kernel", "unknown value of --fallback: kernel"},
           Nonsense{"--also=mseal", "unknown value of --also: mseal"},
           Nonsense{"--backend=", "unknown value of --backend: "},
           Nonsense{"--dlopen-seal=x", "unknown value of --dlopen-seal: x"},
           Nonsense{"--tls-surplus=x", "not a number of bytes in --tls-surplus: x"},
           Nonsense{"--tls-surplus=99999999999999999999",
                    "more than 1073741824 bytes in --tls-surplus: 99999999999999999999"},
           Nonsense{"--argv0 x", "only a command line can have the option --argv0"},
           Nonsense{"--comm=x", "only a command line can have the option --comm"},
           Nonsense{"--help", "only a command line can have the option --help"},
           Nonsense{"--version", "only a command line can have the option --version"},
           Nonsense{"/bin/true --stats", "it cannot name a program: /bin/true"},
           Nonsense{"-- --stats", "it cannot name a program: --stats"},
       }) {
    SCOPED_TRACE(options);
    const std::string line = std::string(kBegin) + message + ": ignored\n";
    const RunResult result = RunWith("hello-libc", options);
    ExpectHello(result);
    EXPECT_EQ(result.err, line);
    const RunResult with_another =
        RunWith("hello-libc", "--require=enforced --backend=none " + std::string(options));
    EXPECT_EQ(with_another.exit_status, 126);
    EXPECT_TRUE(with_another.err.starts_with(line)) << with_another;
  }
}

TEST_P(OptionsVariable, SeveralMistakes) {
  EXPECT_EQ(RunWith("hello-libc", "--frob --seal=frob").err,
            "ld-signet: SIGNET_OPTIONS: unrecognized option: --frob: ignored\n"
            "ld-signet: SIGNET_OPTIONS: unknown kind in --seal: frob: ignored\n");
}

// The program, and what it executes, have the variable as it was.
TEST_P(OptionsVariable, IsPassedOn) {
  const std::string variable = "SIGNET_OPTIONS= --seal  none\t--inhibit-cache";
  const RunResult result = Start(way(), "/usr/bin/env", {}, {.environment = {variable}});
  EXPECT_NE(result.out.find(variable + "\n"), std::string::npos) << result;
}

TEST(OptionsVariableOfACommand, TheCommandLineComesLast) {
  const RunResult result = Start(Way::kCommand, Module("hello-libc"), {},
                                 {.environment = {"SIGNET_OPTIONS=--backend=none"},
                                  .loader_options = {"--backend=guard", "--trace=seal"}});
  EXPECT_NE(result.err.find("sealed by the guard"), std::string::npos) << result;
}

}  // namespace
}  // namespace signet::test
