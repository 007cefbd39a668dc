// SPDX-License-Identifier: MIT
//
// Static programs: their RELRO is sealed once they have closed it. If it is not sealed, the ledger
// says why.
#include <algorithm>

#include "tests/seal/stopped_program.h"
#include "tests/support/capability.h"
#include "tests/support/load_test.h"
#include "tests/support/ways.h"

namespace signet::test {
namespace {

constexpr const char* kMsealErrno = SIGNET_TEST_MSEAL_ERRNO;
constexpr const char* kFirst = "static-first";  // it never closes its RELRO

struct StaticProgram {
  const char* name;
  bool closes;  // it closes its RELRO itself
};

class SealStatic : public testing::TestWithParam<StaticProgram> {
 protected:
  void SetUp() override {
    if (!KernelHasMseal()) SIGNET_SKIP_WITHOUT(kMseal, "this kernel has no mseal");
    if (const auto reason = MissingReason(GetParam().name); !reason.empty())
      SIGNET_SKIP_WITHOUT(kPrograms, reason);
  }
};
INSTANTIATE_TEST_SUITE_P(, SealStatic,
                         testing::Values(StaticProgram{"static-relro-bfd", true},
                                         StaticProgram{"static-relro-lld", true},
                                         StaticProgram{"static-relro-pie-bfd", true},
                                         StaticProgram{"static-relro-pie-lld", true},
                                         StaticProgram{"static-relro-musl", false},
                                         StaticProgram{"static-relro-pie-musl", false}),
                         [](const auto& test) {
                           std::string name = test.param.name;
                           std::ranges::replace(name, '-', '_');
                           return name;
                         });

// The program's RELRO, which is one range.
const tool::LedgerEntryView& RelroOf(const Stopped& stopped) {
  static const tool::LedgerEntryView none = {};
  for (const tool::LedgerEntryView& entry : stopped.ledger().entries) {
    if (entry.kind == SIGNET_KIND_RELRO) return entry;
  }
  ADD_FAILURE() << "no RELRO in the ledger";
  return none;
}

// Before main, the program has closed its RELRO, or Signet has done it. All of it is sealed, not
// writable, and not backed by the file.
TEST_P(SealStatic, RelroIsSealedInTheEnd) {
  const Stopped stopped({Loader(), Module(GetParam().name), "--stop"});
  ASSERT_TRUE(stopped.ok());
  EXPECT_EQ(stopped.Faults(kDefaultKinds), "");
  EXPECT_EQ(RelroOf(stopped).reason, SIGNET_REASON_SEALED);
  EXPECT_EQ(RelroOf(stopped).remarks,
            GetParam().closes ? 0u : uint32_t{SIGNET_REMARK_CLOSED_FOR_IT});
}

TEST_P(SealStatic, WithstandsItsOwnProgram) {
  const RunResult result = Start(Way::kCommand, Module(GetParam().name), {"--attack"});
  EXPECT_EQ(result.out,
            "RELRO: yes\nmprotect: EPERM\nmprotect of a page: EPERM\nmadvise: EPERM\n"
            "mremap: EPERM\nmmap: EPERM\nmunmap: EPERM\nkept: 42\n");
  EXPECT_EQ(result.err, "");
  EXPECT_EQ(result.exit_status, 9);
}

TEST_P(SealStatic, TraceTellsIt) {
  const RunResult result =
      Start(Way::kCommand, Module(GetParam().name), {}, {.loader_options = {"--trace=seal"}});
  EXPECT_EQ(result.out, "RELRO: yes\nkept: 42\n");
  const std::string name = GetParam().name;
  const size_t left = result.err.find(" relro of " + name + ": left to the static program");
  EXPECT_NE(left, std::string::npos) << result;
  EXPECT_NE(result.err.find(" relro of " + name + ": sealed\n", left), std::string::npos) << result;
}

std::vector<std::string> WhereMsealFails(int error, const char* name) {
  return {kMsealErrno, std::to_string(error), Loader(), Module(name)};
}

TEST_P(SealStatic, RunsWhereMsealFails) {
  for (const int error : {ENOSYS, EPERM, ENOMEM}) {
    const RunResult expected = {.exit_status = 9, .out = "RELRO: yes\nkept: 42\n"};
    EXPECT_EQ(RunProgram(WhereMsealFails(error, GetParam().name)), expected);
  }
}

TEST_P(SealStatic, LedgerTellsTheTruthWhereMsealFails) {
  for (const int error : {ENOSYS, EPERM, ENOMEM}) {
    std::vector<std::string> argv = WhereMsealFails(error, GetParam().name);
    argv.emplace_back("--stop");
    const Stopped stopped(argv);
    ASSERT_TRUE(stopped.ok());
    EXPECT_EQ(stopped.Faults(0), "");
    EXPECT_EQ(RelroOf(stopped).reason,
              error == ENOSYS ? SIGNET_REASON_NO_MSEAL : SIGNET_REASON_REFUSED);
    EXPECT_EQ(RelroOf(stopped).error, error);
  }
}

TEST_P(SealStatic, NothingIsDoneWhereNothingIsSelected) {
  const Stopped stopped({Loader(), "--seal=-relro", Module(GetParam().name), "--stop"});
  ASSERT_TRUE(stopped.ok());
  EXPECT_EQ(RelroOf(stopped).reason, SIGNET_REASON_NOT_SELECTED);
}

class SealFirst : public testing::Test {
 protected:
  void SetUp() override {
    if (!KernelHasMseal()) SIGNET_SKIP_WITHOUT(kMseal, "this kernel has no mseal");
  }
};

// The program has not relocated itself yet. Signet does not close what it may still write to.
TEST_F(SealFirst, WhatIsNotRelocatedStaysOpen) {
  const Stopped stopped({Loader(), Module(kFirst), "stop"});
  ASSERT_TRUE(stopped.ok());
  EXPECT_EQ(stopped.Faults(kDefaultKinds & ~Bit(SIGNET_KIND_RELRO)), "");
  EXPECT_EQ(RelroOf(stopped).reason, SIGNET_REASON_NOT_CLOSED);
}

// A process that blocks SIGSYS cannot be watched.
TEST_F(SealFirst, SaysWhereItCannotWatch) {
  const std::vector<std::string> block = {"/usr/bin/env", "--block-signal=SYS", Loader()};
  std::vector<std::string> argv = block;
  argv.insert(argv.end(), {Module("static-relro-pie-bfd"), "--stop"});
  const Stopped stopped(argv);
  ASSERT_TRUE(stopped.ok());
  EXPECT_EQ(stopped.Faults(kDefaultKinds & ~Bit(SIGNET_KIND_RELRO)), "");
  EXPECT_EQ(RelroOf(stopped).reason, SIGNET_REASON_NOT_WATCHED);

  argv = block;
  argv.insert(argv.end(), {"--require=kernel", Module("static-relro-pie-bfd")});
  const RunResult result = RunProgram(argv);
  EXPECT_EQ(result.exit_status, 126);
  EXPECT_EQ(result.out, "");
  EXPECT_EQ(result.err, "ld-signet: --require: the RELRO of a static program cannot be watched\n");
}

}  // namespace
}  // namespace signet::test
