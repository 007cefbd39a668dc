// SPDX-License-Identifier: MIT
//
// What users see under a kernel other than the running one. run-in-guest runs these tests, and
// SIGNET_TEST_KERNEL says which kernel it must be. The emulated machine has protection keys.
#include <gtest/gtest.h>
#include <sys/utsname.h>

#include <cstdlib>
#include <nlohmann/json.hpp>
#include <string>
#include <vector>

#include "tests/support/capability.h"
#include "tests/support/kernel.h"
#include "tests/support/process.h"
#include "tests/support/ways.h"

namespace signet::test {
namespace {

using nlohmann::json;
using Strings = std::vector<std::string>;

// Otherwise the wrong kernel would be tested.
TEST(Guest, IsTheKernelThatIsMeant) {
  const char* series = std::getenv("SIGNET_TEST_KERNEL");
  ASSERT_NE(series, nullptr) << "run me with tests/kernel/run-in-guest";
  utsname name;
  ASSERT_EQ(uname(&name), 0);
  EXPECT_TRUE(std::string(name.release).starts_with(std::string(series) + ".")) << name.release;
  EXPECT_EQ(KernelHasMseal(), std::string(series) != "6.1");
}

TEST(Guest, ProgramsRun) {
  for (const Way way : {Way::kCommand, Way::kInterp}) {
    const RunResult result = Start(way, Module("hello-libc"), {"a"});
    EXPECT_EQ(result.exit_status, 7) << result;
    EXPECT_EQ(result.out, "hello from libc\narguments: 1\n");
    EXPECT_EQ(result.err, "");
  }
}

// Arguments for the program that attacks its own seals, and whether every attack must be refused.
void Attack(const Strings& options, const Strings& args, bool all_refused) {
  SCOPED_TRACE(testing::PrintToString(options) + testing::PrintToString(args));
  const RunResult result =
      Start(Way::kCommand, SIGNET_TEST_ATTACK, args, {.loader_options = options});
  EXPECT_EQ(result.exit_status, all_refused ? 0 : 1) << result;
  EXPECT_TRUE(result.out.ends_with(all_refused ? "\nall refused\n" : "\nnot all refused\n"))
      << result;
}

// The strongest seal in the ledger, if the ledger and the kernel agree.
void ExpectDump(const Strings& options, const std::string& strongest) {
  SCOPED_TRACE(testing::PrintToString(options));
  Strings command = {Tool(), "dump"};
  command.insert(command.end(), options.begin(), options.end());
  command.insert(command.end(), {"--", Module("hello-libc")});
  const RunResult result = RunProgram(command);
  EXPECT_EQ(result.exit_status, 0) << result;
  EXPECT_NE(result.out.find(KernelHasMseal() ? " with mseal\n" : " without mseal\n"),
            std::string::npos)
      << result;
  EXPECT_NE(result.out.find("\nledger: strongest seal " + strongest + ";"), std::string::npos)
      << result;
}

json Doctor() {
  const RunResult result = RunProgram({Tool(), "doctor", "--json"});
  EXPECT_EQ(result.exit_status, 0) << result;
  return json::parse(result.out);
}

class NoMseal : public testing::Test {
 protected:
  void SetUp() override {
    if (KernelHasMseal()) GTEST_SKIP() << "this kernel has mseal";
  }
};

TEST_F(NoMseal, RequirementsAreRefused) {
  const auto refusal = [](const Strings& options) {
    const RunResult result =
        Start(Way::kCommand, Module("hello-libc"), {}, {.loader_options = options});
    EXPECT_EQ(result.exit_status, 126) << result;
    EXPECT_EQ(result.out, "");
    return result.err;
  };
  EXPECT_EQ(refusal({"--require=kernel"}),
            "ld-signet: --require=kernel: this kernel has no mseal\n");
  EXPECT_EQ(refusal({"--require=kernel", "--fallback=seccomp"}),
            "ld-signet: --require=kernel: this kernel has no mseal\n");
  EXPECT_EQ(refusal({"--require=enforced"}),
            "ld-signet: --require=enforced: this kernel has no mseal\n");
}

TEST_F(NoMseal, FilterMeetsTheRequirement) {
  const RunResult result = Start(Way::kCommand, Module("hello-libc"), {},
                                 {.loader_options = {"--require=enforced", "--fallback=seccomp"}});
  EXPECT_EQ(result.exit_status, 7) << result;
}

TEST_F(NoMseal, TheLedgerSaysWhatHolds) {
  ExpectDump({}, "guard");
  ExpectDump({"--fallback=none"}, "none");
  ExpectDump({"--fallback=guard"}, "guard");
  ExpectDump({"--fallback=seccomp"}, "seccomp");
  ExpectDump({"--backend=kernel"}, "none");
}

TEST_F(NoMseal, AttacksThroughLibc) {
  Attack({"--fallback=guard"}, {"--unseen"}, true);
  Attack({"--fallback=none"}, {"--unseen"}, false);
}

TEST_F(NoMseal, AttacksByInstructions) {
  Attack({"--fallback=seccomp"}, {"--unseen", "--inline"}, true);
  Attack({"--fallback=guard"}, {"--unseen", "--inline"}, false);
}

TEST_F(NoMseal, TheDoctorTells) {
  const json report = Doctor();
  EXPECT_EQ(report["mseal"], (json{{"there", false}, {"error", "Function not implemented"}}));
  EXPECT_TRUE(report["seals_shown"].is_null());
  EXPECT_EQ(report["seccomp"]["there"], true);
  EXPECT_EQ(report["protection_keys"]["there"], true);
  EXPECT_EQ(report["strength"], "seccomp");
}

class HasMseal : public testing::Test {
 protected:
  void SetUp() override {
    if (!KernelHasMseal()) SIGNET_SKIP_WITHOUT(kMseal, "this kernel has no mseal");
  }
};

TEST_F(HasMseal, TheKernelHoldsTheSeals) {
  ExpectDump({"--require=kernel"}, "kernel");
  Attack({"--require=kernel"}, {}, true);
  Attack({"--require=kernel"}, {"--inline"}, true);
}

TEST_F(HasMseal, TheDoctorTells) {
  const json report = Doctor();
  EXPECT_EQ(report["mseal"]["there"], true);
  EXPECT_EQ(report["seals_shown"], true);
  EXPECT_EQ(report["protection_keys"]["there"], true);
  EXPECT_EQ(report["strength"], "kernel");
}

// docs/examples/pkey-arena.c: a thread that may not write under the key cannot discard either.
TEST(Guest, ArenaBehindAProtectionKey) {
  Strings backends = {"guard", "seccomp"};
  if (KernelHasMseal()) backends.emplace_back("kernel");
  for (const std::string& backend : backends) {
    SCOPED_TRACE(backend);
    const RunResult result = Start(Way::kCommand, Module("example-pkey-arena"), {},
                                   {.loader_options = {"--backend=" + backend}});
    EXPECT_EQ(result.exit_status, 0) << result;
    EXPECT_EQ(result.out,
              "who may not write: Operation not permitted, first byte 42\n"
              "who may write: pages given back, first byte 0\nmunmap: Operation not permitted\n");
  }
}

}  // namespace
}  // namespace signet::test
