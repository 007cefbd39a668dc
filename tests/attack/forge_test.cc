// SPDX-License-Identifier: MIT
//
// Resolvers of IFUNCs run before the seal. Whatever they do, `signet verify` does not report that
// every seal of their program held.
#include <gtest/gtest.h>

#include <nlohmann/json.hpp>

#include "tests/support/capability.h"
#include "tests/support/kernel.h"
#include "tests/support/ways.h"

namespace signet::test {
namespace {

RunResult Verify(const std::string& forgery, std::vector<std::string> options = {}) {
  if (const std::string reason = MissingReason("attack-forge-" + forgery); !reason.empty())
    return {.err = reason};
  options.insert(options.begin(), {Tool(), "verify"});
  options.push_back(Module("attack-forge-" + forgery));
  return RunProgram(options, BaseEnvironment());
}

class Forge : public testing::TestWithParam<std::tuple<const char*, const char*>> {
 protected:
  void SetUp() override {
    if (!KernelHasMseal()) SIGNET_SKIP_WITHOUT(kMseal, "this kernel has no mseal");
  }
};

// A ledger and records that the program made itself, and showed at a stop of its own. The kernel
// knows better.
TEST_P(Forge, ReportInMemory) {
  const auto [forgery, seal] = GetParam();
  const RunResult result = Verify(forgery, {std::string("--seal=") + seal});
  EXPECT_EQ(result.exit_status, 1) << result;
  EXPECT_NE(result.out.find("\nTHE KERNEL SAYS OTHERWISE THAN THE PROCESS"), std::string::npos)
      << result;
  EXPECT_EQ(result.out.find(" 0 breaches"), std::string::npos) << result;
}

INSTANTIATE_TEST_SUITE_P(, Forge,
                         testing::Combine(testing::Values("sealed", "guarded", "left-out", "static",
                                                          "nothing"),
                                          testing::Values("default", "+data")),
                         [](const auto& test) {
                           std::string name = std::string(std::get<0>(test.param)) +
                                              (std::get<1>(test.param)[0] == '+' ? "_data" : "");
                           std::erase(name, '-');
                           return name;
                         });

class ForgeOnce : public Forge {};

TEST_F(ForgeOnce, SealedThoughNothingIsToBe) {
  const RunResult result = Verify("sealed", {"--seal=none"});
  EXPECT_EQ(result.exit_status, 1) << result;
  EXPECT_NE(result.out.find(": not sealed by the kernel\n"), std::string::npos) << result;
}

// 9 if there was a descriptor to write to.
TEST_F(ForgeOnce, NoDescriptorIsThere) {
  for (const char* seal : {"--seal=default", "--seal=none"}) {
    const RunResult result = Verify("descriptors", {seal});
    EXPECT_EQ(result.exit_status, 1) << result;
    EXPECT_EQ(result.out, "");
    EXPECT_TRUE(result.err.ends_with(": ended without stopping for the report\n")) << result;
  }
}

TEST_F(ForgeOnce, SpoiltRecords) {
  const RunResult result = Verify("spoilt");
  EXPECT_EQ(result.exit_status, 1) << result;
  EXPECT_EQ(result.out, "");
  EXPECT_EQ(result.err, "signet: the loader's report: record_size is 7, expected 16\n");
}

// Its own seals are in order, but it is not the program that was to be attacked.
TEST_F(ForgeOnce, AnotherProgram) {
  const RunResult result = Verify("another");
  EXPECT_EQ(result.exit_status, 1) << result;
  EXPECT_EQ(result.out, "");
  EXPECT_EQ(result.err, "signet: the loader's report: it stopped without a ledger\n");
}

// The loader closes the code again, so there is nothing to report.
TEST_F(ForgeOnce, OpenedCodeIsClosedBeforeTheSeal) {
  std::vector<std::string> options = {"--json"};
  const RunResult result = Verify("open-code", options);
  EXPECT_EQ(result.exit_status, 0) << result;
  EXPECT_TRUE(nlohmann::json::parse(result.out)["contradictions"].empty()) << result;
}

}  // namespace
}  // namespace signet::test
