// SPDX-License-Identifier: MIT
//
// The tool behind a filter of system calls that does not know mseal, as in a container. Filters
// answer with an errno value, ENOSYS among them, or end the process.
#include <gtest/gtest.h>

#include <csignal>
#include <filesystem>
#include <nlohmann/json.hpp>
#include <string>

#include "tests/support/capability.h"
#include "tests/support/process.h"
#include "tests/support/ways.h"
#include "tool/kernel_info.h"

namespace signet::test {
namespace {

using nlohmann::json;
using Strings = std::vector<std::string>;

constexpr const char* kEnds = "kill";

// `answer` is an errno value, or what ends the process.
RunResult Behind(const std::string& answer, Strings command, const std::string& call = "462") {
  command.insert(command.begin(), {SIGNET_TEST_MSEAL_ERRNO, answer, "--call", call});
  return RunProgram(command);
}

class Filter : public testing::TestWithParam<const char*> {
 protected:
  void SetUp() override {
    if (!tool::GetKernelInfo().has_mseal) SIGNET_SKIP_WITHOUT(kMseal, "this kernel has no mseal");
    if (!std::filesystem::exists(Loader())) GTEST_SKIP() << Loader() << " is not built";
  }

  bool Ends() const { return GetParam() == std::string(kEnds); }
};
INSTANTIATE_TEST_SUITE_P(, Filter, testing::Values("1", "38", "13", kEnds),
                         [](const auto& test) { return "answer_" + std::string(test.param); });

const std::string kNote = "note: " + std::string(tool::kMsealDenied) + "\n";

TEST_P(Filter, IsNamedByTheDoctor) {
  const RunResult result = Behind(GetParam(), {Tool(), "doctor"});
  EXPECT_EQ(result.exit_status, 0) << result;
  EXPECT_NE(result.out.find("): the kernel has it, a filter denies it\n"), std::string::npos)
      << result;
  EXPECT_NE(result.out.find("\nstrength of seals: seccomp or guard: "), std::string::npos)
      << result;
  EXPECT_NE(result.out.find("\n" + kNote), std::string::npos) << result;
  EXPECT_EQ(result.out.find("--backend=guard") != std::string::npos, Ends()) << result;
}

TEST_P(Filter, IsInTheDoctorsJson) {
  const json report = json::parse(Behind(GetParam(), {Tool(), "doctor", "--json"}).out);
  EXPECT_EQ(report["mseal"]["there"], false);
  EXPECT_EQ(report["mseal_denied"], true);
  if (Ends()) {
    EXPECT_EQ(report["mseal"]["error"], "a filter ends the process: SIGSYS");
  }
}

TEST_P(Filter, IsNamedByDumpAndVerify) {
  const Strings program = {"--backend=guard", "--", "/bin/true"};
  for (const std::string command : {"dump", "verify"}) {
    Strings with_guard = {Tool(), command};
    with_guard.insert(with_guard.end(), program.begin(), program.end());
    const RunResult guarded = Behind(GetParam(), with_guard);
    EXPECT_NE(guarded.out, "") << guarded;
    const RunResult result = Behind(GetParam(), {Tool(), command, "--", "/bin/true"});
    if (Ends()) {
      EXPECT_EQ(result.exit_status, 128 + SIGSYS) << result;
      EXPECT_TRUE(result.err.ends_with(
          "A filter of system calls has ended it; 'signet doctor' says more.\n"))
          << result;
      continue;
    }
    EXPECT_NE(result.out.find(kNote), std::string::npos) << result;
    const RunResult in_json = Behind(GetParam(), {Tool(), command, "--json", "--", "/bin/true"});
    const json report = json::parse(in_json.out);
    EXPECT_EQ(report["kernel"]["mseal"], true);
    EXPECT_EQ(report["kernel"]["mseal_denied"], true);
  }
}

TEST_P(Filter, ProgramsRun) {
  Strings command = {Tool(), "run", "echo", "it runs"};
  if (Ends()) command.insert(command.begin() + 2, "--backend=guard");
  EXPECT_EQ(Behind(GetParam(), command), (RunResult{.exit_status = 0, .out = "it runs\n"}));
}

// From outside of the container, too.
TEST(FilterOfAnother, IsNamedByDump) {
  if (!tool::GetKernelInfo().has_mseal) SIGNET_SKIP_WITHOUT(kMseal, "this kernel has no mseal");
  Process process(
      {SIGNET_TEST_MSEAL_ERRNO, "38", Loader(), "/bin/sh", "-c", "echo ready; read line"},
      BaseEnvironment(), {.input = std::string(1 << 20, 'x')});
  ASSERT_TRUE(process.WaitForOutput("ready"));
  const RunResult result = RunProgram({Tool(), "dump", std::to_string(process.pid())});
  EXPECT_NE(result.out.find(kNote), std::string::npos) << result;
}

TEST(NoFilter, IsNotNamed) {
  for (const Strings& command :
       {Strings{Tool(), "doctor"}, Strings{Tool(), "dump", "--", "true"}}) {
    EXPECT_EQ(RunProgram(command).out.find("note: "), std::string::npos);
  }
  // Another filter is none of our business.
  EXPECT_EQ(Behind("1", {Tool(), "doctor"}, "439").out.find("note: "), std::string::npos);
}

// Nothing else that the doctor tries ends it.
TEST(NoFilter, EndsTheDoctor) {
  for (const char* call :
       {"425", "323", "330", "317"}) {  // io_uring, userfaultfd, pkey_alloc, seccomp
    const RunResult result = Behind(kEnds, {Tool(), "doctor"}, call);
    EXPECT_EQ(result.exit_status, 0) << call << result;
    EXPECT_NE(result.out.find("no (a filter ends the process: SIGSYS)\n"), std::string::npos)
        << call << result;
  }
}

}  // namespace
}  // namespace signet::test
