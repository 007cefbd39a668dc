// SPDX-License-Identifier: MIT
//
// Whole runs of `signet verify` with loaders that lie, fail, or report nothing.
#include <gtest/gtest.h>

#include <csignal>
#include <filesystem>
#include <fstream>
#include <nlohmann/json.hpp>

#include "tests/support/process.h"
#include "tests/support/temporary_directory.h"
#include "tests/support/ways.h"

namespace signet::test {
namespace {

class VerifyTest : public testing::Test {
 protected:
  // With a loader that is a script.
  RunResult Verify(const std::string& script,
                   const std::vector<std::string>& arguments = {"/bin/true"}) {
    const std::string loader = directory_ / "loader";
    std::ofstream(loader) << "#!/bin/sh\n" << script << "\n";
    std::filesystem::permissions(loader, std::filesystem::perms(0755));
    return Run(loader, arguments);
  }

  static RunResult Run(const std::string& loader, const std::vector<std::string>& arguments) {
    std::vector<std::string> command = {Tool(), "verify"};
    command.insert(command.end(), arguments.begin(), arguments.end());
    return RunProgram(command, WithVariables(BaseEnvironment(), {"SIGNET_LOADER=" + loader}));
  }

 private:
  TemporaryDirectory directory_;
};

TEST_F(VerifyTest, OptionsAreHandedOn) {
  const RunResult result =
      Verify("echo \"$@\" >&2; exit 5", {"--seal", "+data", "/bin/true", "-x"});
  EXPECT_EQ(result.exit_status, 5);
  EXPECT_EQ(result.err, "--verify --seal +data -- /bin/true -x\n");
  EXPECT_EQ(result.out, "");
  EXPECT_EQ(Verify("echo \"$@\" >&2; exit 5", {"--after=7", "--stats", "/bin/true"}).err,
            "--verify-later --stats -- /bin/true\n");
}

TEST_F(VerifyTest, FailuresAreForwarded) {
  const RunResult result = Verify("echo 'fake: it failed' >&2; exit 127");
  EXPECT_EQ(result.exit_status, 127);
  EXPECT_EQ(result.err, "fake: it failed\n");
  EXPECT_EQ(Verify("kill -SEGV $$").err,
            "signet: /bin/true: ended by SIGSEGV before its seals were attacked\n");
  EXPECT_EQ(Verify("kill -SEGV $$").exit_status, 128 + SIGSEGV);
}

TEST_F(VerifyTest, NoReport) {
  EXPECT_EQ(Verify("").err, "signet: /bin/true: ended without stopping for the report\n");
  EXPECT_EQ(Verify("").exit_status, 1);
  const RunResult result = Verify("kill -STOP $$; kill -STOP $$");
  EXPECT_EQ(result.exit_status, 1);
  EXPECT_EQ(result.out, "");
  EXPECT_EQ(result.err, "signet: the loader's report: there is none\n");
}

// What the fake loader does is in fake_loader.cc.
TEST_F(VerifyTest, SpoiltReports) {
  const std::pair<const char*, const char*> cases[] = {
      {"attack-magic", "bad magic"},
      {"attack-version", "version 1, known is 3"},
      {"attack-size", "record_size is 20, expected 16"},
      {"attack-backend", "backend 4"},
      {"attack-count", "16777217 records, at most 16777216"},
      {"attack-wild", "cannot read 2 records at 0xdead0000dead"},
      {"attack-record", "record 1 has way 3"},
      {"attack-block", "cannot read it at 0xdead0000dead"},
      {"attack-none", "there is none"},
      {"unpublished", "it stopped without a ledger"},
  };
  for (const auto& [how, message] : cases) {
    const RunResult result = Run(SIGNET_TEST_FAKE_LOADER, {"/bin/true", how});
    EXPECT_EQ(result.exit_status, 1) << how << result;
    EXPECT_EQ(result.out, "") << how;
    EXPECT_EQ(result.err, std::string("signet: the loader's report: ") + message + "\n") << how;
  }
}

TEST_F(VerifyTest, AttacksThatDoNotEnd) {
  const std::pair<const char*, const char*> cases[] = {
      {"later-wild", "ended by SIGSEGV"},
      {"later-exits", "ended with status "},
  };
  for (const auto& [how, message] : cases) {
    const RunResult result = Run(SIGNET_TEST_FAKE_LOADER, {"--after=0", "/bin/true", how});
    EXPECT_EQ(result.exit_status, 1) << how << result;
    EXPECT_EQ(result.out, "") << how;
    EXPECT_TRUE(result.err.starts_with(std::string("signet: /bin/true: ") + message)) << result;
    EXPECT_TRUE(result.err.ends_with(" while its seals were attacked\n")) << result;
  }
}

// Its own code is in no ledger.
TEST_F(VerifyTest, AForgedReport) {
  const RunResult result = Run(SIGNET_TEST_FAKE_LOADER, {"--json", "/bin/true", "attack-true"});
  EXPECT_EQ(result.exit_status, 1) << result;
  const auto report = nlohmann::json::parse(result.out);
  EXPECT_EQ(report["breaches"], nlohmann::json::array());
  EXPECT_FALSE(report["contradictions"].empty());
  EXPECT_EQ(report["summary"]["breaches"], report["contradictions"].size());
}

TEST_F(VerifyTest, NotFound) {
  const RunResult result = Verify("", {"no-such-program"});
  EXPECT_EQ(result.exit_status, 127);
  EXPECT_EQ(result.err, "signet: no-such-program: command not found\n");
}

}  // namespace
}  // namespace signet::test
