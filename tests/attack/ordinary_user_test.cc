// SPDX-License-Identifier: MIT
//
// The attacks that take no privilege, made again by an ordinary user.
#include <gtest/gtest.h>
#include <unistd.h>

#include <filesystem>

#include "tests/support/capability.h"
#include "tests/support/process.h"

namespace signet::test {
namespace {

TEST(OrdinaryUser, TheSameHolds) {
  if (geteuid() != 0) SIGNET_SKIP_WITHOUT(kRoot, "all tests of this run are an ordinary user's");
  const std::string tests = std::filesystem::read_symlink("/proc/self/exe");
  std::vector<std::string> command = AsNobody();
  command.insert(command.end(), {tests, "--gtest_list_tests"});
  if (RunProgram(command).exit_status != 0)
    SIGNET_SKIP_WITHOUT(kRoot, "an ordinary user cannot reach the tests in this directory");
  // A copy with another PT_INTERP is in a directory of the user's, away from its libraries.
  command.back() =
      "--gtest_filter=ApiOptions*:AttackingThread*:EarlyCode*:Forge*:LateModule*:LoaderMemory*:"
      "*/LoaderMemory*:*/LateModule*:Names*:Noexec*:OddModule*:Resolver*:*/Resolver*-*interp*:"
      "*AsInterpreter*";
  const RunResult result = RunProgram(command);
  EXPECT_EQ(result.exit_status, 0) << result;
  EXPECT_NE(result.out.find("[  PASSED  ]"), std::string::npos) << result;
}

}  // namespace
}  // namespace signet::test
