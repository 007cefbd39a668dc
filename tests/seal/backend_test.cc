// SPDX-License-Identifier: MIT
//
// The backends that hold the seals where the kernel cannot, or is not asked to. They are tested by
// attacks through libc's functions, and by what the ledger says.
#include <gtest/gtest.h>
#include <sys/syscall.h>
#include <unistd.h>

#include <cerrno>
#include <optional>
#include <string>
#include <vector>

#include "tests/seal/inspection.h"
#include "tests/seal/process_image.h"
#include "tests/support/capability.h"
#include "tests/support/load_test.h"
#include "tests/support/stopped.h"
#include "tests/support/ways.h"
#include "tool/kernel_info.h"

namespace signet::test {
namespace {

constexpr const char* kAttack = SIGNET_TEST_ATTACK;
constexpr const char* kMsealErrno = SIGNET_TEST_MSEAL_ERRNO;

using CommandLine = std::vector<std::string>;

// As on a kernel without mseal.
CommandLine WithoutMseal(CommandLine argv) {
  argv.insert(argv.begin(), {kMsealErrno, std::to_string(ENOSYS)});
  return argv;
}

class Backend : public testing::TestWithParam<Way> {
 protected:
  // `program` on a kernel without mseal.
  CommandLine Start(const std::string& program, const CommandLine& args) {
    CommandLine argv;
    if (GetParam() == Way::kCommand) {
      argv = {Loader(), program};
    } else {
      argv = {copy_.emplace(program, Loader()).path()};
    }
    argv.insert(argv.end(), args.begin(), args.end());
    return WithoutMseal(argv);
  }

 private:
  std::optional<InterpCopy> copy_;
};
INSTANTIATE_TEST_SUITE_P(, Backend, testing::Values(Way::kCommand, Way::kInterp), WayName);

// Against calls through libc's functions, the seals are as strong as under mseal.
TEST_P(Backend, GuardWithstandsItsOwnProgram) {
  const RunResult result = RunProgram(Start(kAttack, {"--unseen"}));
  EXPECT_EQ(result.exit_status, 0) << result;
  for (const char* kind : {"text", "rodata", "relro", "gap", "vdso"}) {
    EXPECT_EQ(result.out.find(std::string(kind) + ": 0 attacks"), std::string::npos) << result;
  }
  EXPECT_TRUE(result.out.ends_with("data: 0 attacks\nall refused\n")) << result;
}

TEST(BackendOption, GuardHoldsDataOnRequest) {
  const RunResult result =
      RunProgram({Loader(), "--backend=guard", "--seal=+data", kAttack, "+data", "--unseen"});
  EXPECT_EQ(result.exit_status, 0) << result;
  EXPECT_EQ(result.out.find("data: 0 attacks"), std::string::npos) << result;
  EXPECT_TRUE(result.out.ends_with("all refused\n")) << result;
}

// Against calls through libc's functions, and against calls past them.
TEST(BackendOption, SeccompWithstandsItsOwnProgram) {
  for (const CommandLine& args : {CommandLine{}, CommandLine{"--inline"}}) {
    CommandLine argv = {Loader(), "--fallback=seccomp", "--require=enforced", kAttack, "--unseen"};
    argv.insert(argv.end(), args.begin(), args.end());
    const RunResult result = RunProgram(WithoutMseal(argv));
    EXPECT_EQ(result.exit_status, 0) << result;
    EXPECT_TRUE(result.out.ends_with("data: 0 attacks\nall refused\n")) << result;
    EXPECT_EQ(result.err, "");
  }
}

TEST(BackendOption, SeccompHoldsDataOnRequest) {
  const RunResult result = RunProgram(
      {Loader(), "--backend=seccomp", "--seal=+data", kAttack, "+data", "--unseen", "--inline"});
  EXPECT_EQ(result.exit_status, 0) << result;
  EXPECT_EQ(result.out.find("data: 0 attacks"), std::string::npos) << result;
  EXPECT_TRUE(result.out.ends_with("all refused\n")) << result;
}

// The backend guard stands only in front of libc's functions and does not see these calls. This
// shows that the test notices them.
TEST(BackendOption, GuardIsPassedByInlineSystemCalls) {
  const RunResult result =
      RunProgram({Loader(), "--backend=guard", kAttack, "--unseen", "--inline"});
  EXPECT_EQ(result.exit_status, 1) << result;
}

// In addition to mseal.
TEST(BackendOption, AlsoSeccomp) {
  if (!tool::GetKernelInfo().has_mseal) SIGNET_SKIP_WITHOUT(kMseal, "this kernel has no mseal");
  const RunResult result = RunProgram({Loader(), "--also=seccomp", kAttack, "--inline"});
  EXPECT_EQ(result.exit_status, 0) << result;
  EXPECT_TRUE(result.out.ends_with("all refused\n")) << result;
}

// If the kernel refuses the filter, the backend guard remains, unless --require demands more.
TEST(BackendOption, SeccompIsNotPermitted) {
  const CommandLine no_seccomp = {kMsealErrno, std::to_string(EPERM), "--call",
                                  std::to_string(SYS_seccomp)};
  CommandLine argv = no_seccomp;
  argv.insert(argv.end(), {Loader(), "--backend=seccomp", kAttack, "--unseen"});
  RunResult result = RunProgram(argv);
  EXPECT_EQ(result.exit_status, 0) << result;
  EXPECT_TRUE(result.out.ends_with("all refused\n")) << result;
  argv = no_seccomp;
  argv.insert(argv.end(),
              {Loader(), "--backend=seccomp", "--require=enforced", Module("hello-libc")});
  result = RunProgram(argv);
  EXPECT_EQ(result.exit_status, 126);
  EXPECT_EQ(result.out, "");
  EXPECT_EQ(result.err,
            "ld-signet: --require=enforced: no filter by seccomp: Operation not permitted\n");
}

// A program whose file states its address may be executed by another one at the same address. The
// filter of the first must not get in its way.
TEST(BackendOption, SeccompLeavesFixedAddressesToTheGuard) {
  const Process process({Loader(), "--backend=seccomp", "--stop", Module("hello-exec")},
                        BaseEnvironment());
  ASSERT_TRUE(WaitForStop(process.pid()));
  const Inspection inspection(process.pid());
  ASSERT_NE(inspection.ledger(), nullptr);
  bool has_fixed = false;
  for (const tool::LedgerEntryView& entry : inspection.ledger()->entries) {
    if (entry.reason == SIGNET_REASON_NOT_SELECTED) continue;
    const bool is_fixed = entry.start < 0x1'0000'0000;
    has_fixed |= is_fixed;
    EXPECT_EQ(entry.backend, is_fixed ? SIGNET_BACKEND_GUARD : SIGNET_BACKEND_SECCOMP);
  }
  EXPECT_TRUE(has_fixed);
}

// A module that is loaded later gets a filter of its own.
TEST(BackendOption, SeccompHoldsWhatComesLater) {
  const std::string perl = "/usr/bin/perl";
  if (access(perl.c_str(), X_OK) != 0) SIGNET_SKIP_WITHOUT(kPrograms, perl << " is not there");
  const Process process({Loader(), "--backend=seccomp", perl, "-MPOSIX", "-e", "kill STOP => $$"},
                        BaseEnvironment());
  ASSERT_TRUE(WaitForStop(process.pid()));
  const Inspection inspection(process.pid());
  ASSERT_NE(inspection.ledger(), nullptr);
  EXPECT_EQ(inspection.Faults(0), "");
  size_t count = 0;
  for (const tool::LedgerEntryView& entry : inspection.ledger()->entries) {
    const tool::LedgerModuleView& module = inspection.ledger()->modules[entry.module];
    if (!std::string_view(module.path).ends_with("POSIX.so") ||
        entry.reason == SIGNET_REASON_NOT_SELECTED) {
      continue;
    }
    ++count;
    EXPECT_EQ(entry.backend, SIGNET_BACKEND_SECCOMP);
  }
  EXPECT_GE(count, 3u);
}

TEST(BackendOption, NoneHoldsNothing) {
  const RunResult result = RunProgram({Loader(), "--backend=none", kAttack, "--unseen"});
  EXPECT_EQ(result.exit_status, 1) << result;
  EXPECT_TRUE(result.out.ends_with("not all refused\n")) << result;
}

struct Choice {
  const char* name;
  CommandLine options;
  bool has_mseal;
  signet_backend backend;
  signet_reason reason;
};

class BackendChoice : public testing::TestWithParam<Choice> {};
INSTANTIATE_TEST_SUITE_P(
    , BackendChoice,
    testing::Values(
        Choice{"forced_guard",
               {"--backend=guard"},
               true,
               SIGNET_BACKEND_GUARD,
               SIGNET_REASON_NOT_ASKED},
        Choice{
            "forced_none", {"--backend=none"}, true, SIGNET_BACKEND_NONE, SIGNET_REASON_NOT_ASKED},
        Choice{"forced_kernel_without_mseal",
               {"--backend=kernel"},
               false,
               SIGNET_BACKEND_NONE,
               SIGNET_REASON_NO_MSEAL},
        Choice{"old_name_of_guard",
               {"--backend=ledger"},
               true,
               SIGNET_BACKEND_GUARD,
               SIGNET_REASON_NOT_ASKED},
        Choice{"old_name_of_guard_as_fallback",
               {"--fallback=ledger"},
               false,
               SIGNET_BACKEND_GUARD,
               SIGNET_REASON_NO_MSEAL},
        Choice{"default_without_mseal", {}, false, SIGNET_BACKEND_GUARD, SIGNET_REASON_NO_MSEAL},
        Choice{"forced_seccomp",
               {"--backend=seccomp"},
               true,
               SIGNET_BACKEND_SECCOMP,
               SIGNET_REASON_NOT_ASKED},
        Choice{"fallback_seccomp",
               {"--fallback=seccomp"},
               false,
               SIGNET_BACKEND_SECCOMP,
               SIGNET_REASON_NO_MSEAL},
        Choice{"no_fallback",
               {"--fallback=none"},
               false,
               SIGNET_BACKEND_NONE,
               SIGNET_REASON_NO_MSEAL}),
    [](const testing::TestParamInfo<Choice>& choice) { return choice.param.name; });

// The ledger says for each range which backend is in force.
TEST_P(BackendChoice, IsInTheLedger) {
  CommandLine argv = {Loader()};
  argv.insert(argv.end(), GetParam().options.begin(), GetParam().options.end());
  argv.insert(argv.end(), {"--stop", Module("hello-libc")});
  const Process process(GetParam().has_mseal ? argv : WithoutMseal(argv), BaseEnvironment());
  ASSERT_TRUE(WaitForStop(process.pid()));
  const Inspection inspection(process.pid());
  ASSERT_NE(inspection.ledger(), nullptr);
  EXPECT_EQ(inspection.Faults(0), "");
  EXPECT_EQ(inspection.ledger()->backend, GetParam().backend);
  for (const tool::LedgerEntryView& entry : inspection.ledger()->entries) {
    if (entry.reason == SIGNET_REASON_NOT_SELECTED) continue;
    EXPECT_EQ(entry.backend, GetParam().backend);
    EXPECT_EQ(entry.reason, GetParam().reason);
  }
}

// The old name works in old command lines. New ones should not use it.
TEST(BackendOption, OldNameOfGuardIsNotInTheHelp) {
  const RunResult result = RunProgram({Loader(), "--help"});
  EXPECT_EQ(result.exit_status, 0) << result;
  EXPECT_EQ(result.out.find("ledger"), std::string::npos) << result;
}

TEST(BackendOption, UnknownValues) {
  for (const char* option :
       {"--backend=mseal", "--fallback=kernel", "--fallback=", "--also=guard", "--require=guard"}) {
    SCOPED_TRACE(option);
    const RunResult result = RunProgram({Loader(), option, Module("hello-libc")});
    EXPECT_EQ(result.exit_status, 127);
    EXPECT_EQ(result.out, "");
    const std::string text = option;
    const size_t equals = text.find('=');
    EXPECT_EQ(result.err, "ld-signet: unknown value of " + text.substr(0, equals) + ": " +
                              text.substr(equals + 1) +
                              "\nTry 'ld-signet.so --help' for more information.\n");
  }
}

TEST(BackendOption, RequirementNamesTheBackend) {
  for (const char* what : {"kernel", "enforced"}) {
    const RunResult result = RunProgram(
        {Loader(), "--backend=guard", std::string("--require=") + what, Module("hello-libc")});
    EXPECT_EQ(result.exit_status, 126);
    EXPECT_EQ(result.err, "ld-signet: --require=" + std::string(what) + ": the backend is guard\n");
  }
}

// Nothing can guard a static program, and the ledger says so.
TEST(BackendOption, StaticProgramsAreNotHeldByTheGuard) {
  const Process process({Loader(), "--backend=guard", "--stop", Module("static-freestanding-pie")},
                        BaseEnvironment());
  ASSERT_TRUE(WaitForStop(process.pid()));
  const Inspection inspection(process.pid());
  ASSERT_NE(inspection.ledger(), nullptr);
  EXPECT_EQ(inspection.ledger()->backend, SIGNET_BACKEND_NONE);
}

// Without a libc there is no function to guard. The program runs as usual.
TEST(BackendOption, ProgramWithoutLibc) {
  const RunResult native = RunProgram({Loader(), Module("hello")});
  const RunResult result = RunProgram({Loader(), "--backend=guard", Module("hello")});
  EXPECT_EQ(result.exit_status, native.exit_status);
  EXPECT_EQ(result.out, native.out);
  EXPECT_EQ(result.err, "");
}

}  // namespace
}  // namespace signet::test
