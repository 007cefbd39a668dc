// SPDX-License-Identifier: MIT
#include "tests/support/process.h"

#include <gtest/gtest.h>
#include <signal.h>

#include <chrono>

namespace signet::test {
namespace {

using std::chrono::milliseconds;

RunResult Shell(const std::string& script, const RunOptions& options = {}) {
  return RunProgram({"/bin/sh", "-c", script}, BaseEnvironment(), options);
}

TEST(Process, TellsOutputErrorsAndStatusApart) {
  const RunResult result = Shell("echo out; echo err >&2; exit 3");
  EXPECT_EQ(result, (RunResult{.exit_status = 3, .out = "out\n", .err = "err\n"}));
}

TEST(Process, TellsTheSignal) { EXPECT_EQ(Shell("kill -SEGV $$").signal, SIGSEGV); }

TEST(Process, KillsWhatOutlivesItsTime) {
  const RunResult result = Shell("echo begun; sleep 100", {.timeout = milliseconds(200)});
  EXPECT_TRUE(result.timed_out);
  EXPECT_EQ(result.signal, SIGKILL);
  EXPECT_EQ(result.out, "begun\n");
}

TEST(Process, KillsWhatOutlivesItsTimeWithItsOutputsClosed) {
  EXPECT_TRUE(Shell("exec sleep 100 >&- 2>&-", {.timeout = milliseconds(200)}).timed_out);
}

TEST(Process, FeedsMoreInputThanAPipeHolds) {
  const std::string input(1 << 20, 'x');
  EXPECT_EQ(Shell("cat", {.input = input}).out, input);
}

TEST(Process, InputMayBeLeftUnread) {
  EXPECT_EQ(Shell("exit 0", {.input = std::string(1 << 20, 'x')}).exit_status, 0);
}

TEST(Process, SaysWhatCannotBeExecuted) {
  const RunResult result = RunProgram({"/no/such/program"});
  EXPECT_EQ(result.exit_status, 255);
  EXPECT_EQ(result.err, "cannot execute /no/such/program: No such file or directory\n");
}

TEST(Process, WaitsForOutput) {
  Process process({"/bin/sh", "-c", "echo ready; read line"}, BaseEnvironment());
  EXPECT_TRUE(process.WaitForOutput("ready\n"));
  EXPECT_FALSE(process.WaitForOutput("never"));
  EXPECT_EQ(process.Finish().out, "ready\n");
}

TEST(Environment, VariablesReplaceOlderOnes) {
  EXPECT_EQ(WithVariables({"A=1", "AB=2"}, {"A=3", "C=4"}),
            (std::vector<std::string>{"AB=2", "A=3", "C=4"}));
}

}  // namespace
}  // namespace signet::test
