// SPDX-License-Identifier: MIT
//
// Whole runs of `signet verify` with loaders that lie, fail, or write nothing. The loader is a
// script that writes a prepared stream.
#include <fmt/format.h>
#include <gtest/gtest.h>

#include <csignal>
#include <filesystem>
#include <fstream>
#include <nlohmann/json.hpp>

#include "tests/support/process.h"
#include "tests/support/temporary_directory.h"
#include "tests/support/ways.h"
#include "tests/tool/attack_bytes.h"

namespace signet::test {
namespace {

class VerifyTest : public testing::Test {
 protected:
  RunResult Verify(const std::string& script, const std::vector<std::byte>& stream = {},
                   const std::vector<std::string>& arguments = {"/bin/true"}) {
    std::ofstream(directory_ / "stream")
        .write(reinterpret_cast<const char*>(stream.data()),
               static_cast<std::streamsize>(stream.size()));
    const std::string loader = directory_ / "loader";
    std::ofstream(loader) << "#!/bin/sh\nstream='" << (directory_ / "stream").string() << "'\n"
                          << script << "\n";
    std::filesystem::permissions(loader, std::filesystem::perms(0755));
    std::vector<std::string> command = {Tool(), "verify"};
    command.insert(command.end(), arguments.begin(), arguments.end());
    return RunProgram(command, WithVariables(BaseEnvironment(), {"SIGNET_LOADER=" + loader}));
  }

  static std::vector<std::byte> Stream(const std::vector<AttackRecord>& records) {
    return AttackBytes().Ledger().Smaps().Records(records).End().bytes;
  }

 private:
  TemporaryDirectory directory_;
};

constexpr const char* kWrite = "cat \"$stream\" >&3";

TEST_F(VerifyTest, SealsThatHold) {
  const RunResult result = Verify(kWrite, Stream({Refused(kExampleText, AttackCall::kMunmap)}));
  EXPECT_EQ(result.exit_status, 0) << result;
  EXPECT_TRUE(result.out.ends_with("1 attacks: 1 denied, 0 allowed by design, 0 breaches\n"))
      << result;
}

TEST_F(VerifyTest, BrokenSeals) {
  const auto stream = Stream({Done(kExampleText, AttackCall::kMunmap, 0, kAttackUnmapped)});
  const RunResult result = Verify(kWrite, stream, {"--json", "/bin/true"});
  EXPECT_EQ(result.exit_status, 1) << result;
  EXPECT_EQ(nlohmann::json::parse(result.out)["summary"]["breaches"], 1);
}

TEST_F(VerifyTest, OptionsAreHandedOn) {
  const RunResult result =
      Verify("echo \"$@\" >&2; exit 5", {}, {"--seal", "+data", "/bin/true", "-x"});
  EXPECT_EQ(result.exit_status, 5);
  EXPECT_EQ(result.err, "--verify 3 --seal +data -- /bin/true -x\n");
  EXPECT_EQ(result.out, "");
}

TEST_F(VerifyTest, FailuresAreForwarded) {
  const RunResult result = Verify("echo 'fake: it failed' >&2; exit 127");
  EXPECT_EQ(result.exit_status, 127);
  EXPECT_EQ(result.err, "fake: it failed\n");
  EXPECT_EQ(Verify("kill -SEGV $$").err,
            "signet: /bin/true: ended by SIGSEGV before its seals were attacked\n");
  EXPECT_EQ(Verify("kill -SEGV $$").exit_status, 128 + SIGSEGV);
}

TEST_F(VerifyTest, AReportThatIsNone) {
  EXPECT_EQ(Verify("").err, "signet: /bin/true: ended without a report\n");
  EXPECT_EQ(Verify("").exit_status, 1);
  auto stream = Stream({Refused(kExampleText, AttackCall::kMunmap)});
  stream.resize(stream.size() - 8);
  const RunResult result = Verify(kWrite, stream);
  EXPECT_EQ(result.exit_status, 1);
  EXPECT_EQ(result.out, "");
  EXPECT_EQ(result.err, "signet: the loader's report: it is cut off\n");
}

TEST_F(VerifyTest, NotFound) {
  const RunResult result = Verify("", {}, {"no-such-program"});
  EXPECT_EQ(result.exit_status, 127);
  EXPECT_EQ(result.err, "signet: no-such-program: command not found\n");
}

}  // namespace
}  // namespace signet::test
