// SPDX-License-Identifier: MIT
//
// What is sealed: every byte that should be, exactly once, in a way that holds. And what happens if
// the kernel does not seal.
#include <gtest/gtest.h>
#include <sys/mman.h>
#include <sys/syscall.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <optional>
#include <string>
#include <vector>

#include "tests/seal/inspection.h"
#include "tests/seal/mseal_trace.h"
#include "tests/seal/process_image.h"
#include "tests/seal/stopped_program.h"
#include "tests/support/capability.h"
#include "tests/support/load_test.h"
#include "tests/support/ways.h"

namespace signet::test {
namespace {

constexpr const char* kAttack = SIGNET_TEST_ATTACK;
constexpr const char* kMsealErrno = SIGNET_TEST_MSEAL_ERRNO;

class Seal : public testing::Test {
 protected:
  void SetUp() override {
    if (!KernelHasMseal()) SIGNET_SKIP_WITHOUT(kMseal, "this kernel has no mseal");
  }
};

class SealBothWays : public testing::TestWithParam<Way> {
 protected:
  void SetUp() override {
    if (!KernelHasMseal()) SIGNET_SKIP_WITHOUT(kMseal, "this kernel has no mseal");
  }

  // The command line that starts `program` in the way of this test.
  std::vector<std::string> CommandLine(const std::string& program,
                                       const std::vector<std::string>& args) {
    std::vector<std::string> argv;
    if (GetParam() == Way::kCommand) {
      argv = {Loader(), program};
    } else {
      argv = {copy_.emplace(program, Loader()).path()};
    }
    argv.insert(argv.end(), args.begin(), args.end());
    return argv;
  }

 private:
  std::optional<InterpCopy> copy_;
};
INSTANTIATE_TEST_SUITE_P(, SealBothWays, testing::Values(Way::kCommand, Way::kInterp), WayName);

TEST_P(SealBothWays, WithstandsItsOwnProgram) {
  const RunResult result = RunProgram(CommandLine(kAttack, {}));
  EXPECT_EQ(result.exit_status, 0) << result;
  for (const char* kind : {"text", "rodata", "relro", "gap", "vdso"}) {
    EXPECT_EQ(result.out.find(std::string(kind) + ": 0 attacks"), std::string::npos) << result;
  }
  EXPECT_TRUE(result.out.ends_with("data: 0 attacks\nall refused\n")) << result;
}

TEST_P(SealBothWays, LedgerTellsTheTruth) {
  const Stopped stopped(CommandLine(kAttack, {"--stop"}));
  ASSERT_TRUE(stopped.ok());
  EXPECT_EQ(stopped.Faults(kDefaultKinds), "");
  EXPECT_EQ(stopped.ledger().backend, SIGNET_BACKEND_KERNEL);
  EXPECT_EQ(stopped.ledger().selected_kinds, kDefaultKinds);
}

// Each byte is sealed once, and each contiguous run of a module by one call.
TEST_P(SealBothWays, SealsNothingTwice) {
  std::vector<LoadedModule> modules;
  const TraceResult traced =
      TraceMseal(CommandLine(Module("hello-libc"), {}),
                 {.environment = BaseEnvironment(),
                  .at_exit = [&modules](pid_t pid) { modules = ProcessImage(pid).modules(); }});
  EXPECT_EQ(traced.exit_status, 7);
  EXPECT_GE(modules.size(), 4u);  // program, libc, its interpreter, the loader
  std::vector<MsealCall> calls = traced.calls;
  ASSERT_FALSE(calls.empty());
  EXPECT_EQ(calls.front().size, 0u);  // it asks whether the kernel has mseal
  calls.erase(calls.begin());
  std::ranges::sort(calls, {}, &MsealCall::start);
  for (size_t i = 0; i < calls.size(); ++i) {
    EXPECT_EQ(calls[i].result, 0) << "call for " << std::hex << calls[i].start;
    EXPECT_EQ(calls[i].flags, 0u);
    EXPECT_EQ((calls[i].start | calls[i].size) % 4096, 0u);
    EXPECT_NE(calls[i].size, 0u);
    if (i == 0) continue;
    const uint64_t end = calls[i - 1].start + calls[i - 1].size;
    EXPECT_LE(end, calls[i].start) << "sealed twice: " << std::hex << calls[i].start;
    for (const LoadedModule& module : modules) {
      EXPECT_FALSE(end == calls[i].start && module.start < end && end < module.end)
          << "two calls for one run of " << module.path << ": " << std::hex << end;
    }
  }
}

// The kernel refuses one call, or all calls from one on. The ledger says what stays unsealed, and
// why; everything else is sealed. The first call only asks whether the kernel has mseal. If not,
// the backend guard keeps the seals.
TEST_P(SealBothWays, RecordsRefusals) {
  const std::vector<std::string> argv = CommandLine(Module("hello-libc"), {});
  const size_t calls = TraceMseal(argv, {.environment = BaseEnvironment()}).calls.size();
  ASSERT_GE(calls, 2u);
  for (const size_t first : {size_t{0}, size_t{1}, calls / 2, calls - 1}) {
    for (const size_t count : {size_t{1}, calls * 10}) {
      SCOPED_TRACE(testing::Message() << "from call " << first << " on " << count << " fail");
      std::optional<Inspection> inspection;
      std::string faults = "it did not end";
      const auto look = [&](pid_t pid) {
        inspection.emplace(pid);
        faults = inspection->Faults(0);
      };
      const TraceResult traced = TraceMseal(argv, {.environment = BaseEnvironment(),
                                                   .first_to_fail = first,
                                                   .count_to_fail = count,
                                                   .error = ENOMEM,
                                                   .at_exit = look});
      EXPECT_EQ(traced.exit_status, 7);
      ASSERT_TRUE(inspection && inspection->ledger());
      EXPECT_EQ(faults, "");
      bool sealed = false;
      bool refused = false;
      for (const tool::LedgerEntryView& entry : inspection->ledger()->entries) {
        sealed |= entry.reason == SIGNET_REASON_SEALED;
        refused |= entry.reason == SIGNET_REASON_REFUSED;
        EXPECT_EQ(entry.error, entry.reason == SIGNET_REASON_REFUSED ? ENOMEM : 0);
      }
      EXPECT_TRUE(refused || count == 1);
      EXPECT_EQ(sealed, first > 1 || (first == 1 && count == 1));
      EXPECT_EQ(inspection->ledger()->backend, first == 0 ? SIGNET_BACKEND_GUARD
                                               : sealed   ? SIGNET_BACKEND_KERNEL
                                                          : SIGNET_BACKEND_NONE);
    }
  }
}

TEST_F(Seal, DataOnRequest) {
  const RunResult result =
      Start(Way::kCommand, kAttack, {"+data"}, {.loader_options = {"--seal=+data"}});
  EXPECT_EQ(result.exit_status, 0) << result;
  EXPECT_EQ(result.out.find("data: 0 attacks"), std::string::npos) << result;
  EXPECT_TRUE(result.out.ends_with("all refused\n")) << result;
}

struct Selection {
  const char* list;
  uint32_t kinds;
};

// The selected kinds are sealed, and nothing else. RELRO is read-only in any case.
TEST_F(Seal, Selections) {
  const Selection selections[] = {
      {"default", kDefaultKinds},
      {"none", 0},
      {"none,text", Bit(SIGNET_KIND_TEXT)},
      {"none,+relro,+gap", Bit(SIGNET_KIND_RELRO) | Bit(SIGNET_KIND_GAP)},
      {"-gap", kDefaultKinds & ~Bit(SIGNET_KIND_GAP)},
      {"-rodata,+data", (kDefaultKinds & ~Bit(SIGNET_KIND_RODATA)) | Bit(SIGNET_KIND_DATA)},
      {"none,default", kDefaultKinds},
  };
  for (const auto& [list, kinds] : selections) {
    SCOPED_TRACE(list);
    const Stopped stopped({Loader(), std::string("--seal=") + list, "--stop", kAttack});
    ASSERT_TRUE(stopped.ok());
    EXPECT_EQ(stopped.ledger().selected_kinds, kinds);
    EXPECT_EQ(stopped.ledger().backend, kinds == 0 ? SIGNET_BACKEND_NONE : SIGNET_BACKEND_KERNEL);
    EXPECT_EQ(stopped.Faults(kinds), "");
  }
}

// The environment variable selects kinds as well. The command line is read after it.
TEST_P(SealBothWays, SelectionByVariable) {
  const std::string variable = "SIGNET_SEAL=-gap,+data";
  const uint32_t kinds = (kDefaultKinds & ~Bit(SIGNET_KIND_GAP)) | Bit(SIGNET_KIND_DATA);
  const Stopped stopped(CommandLine(kAttack, {"--stop"}), {variable});
  ASSERT_TRUE(stopped.ok());
  EXPECT_EQ(stopped.ledger().selected_kinds, kinds);
  EXPECT_EQ(stopped.Faults(kinds), "");
}

TEST_F(Seal, CommandLineComesBehindTheVariable) {
  const Stopped stopped({Loader(), "--seal=+gap", "--stop", kAttack}, {"SIGNET_SEAL=none,data"});
  ASSERT_TRUE(stopped.ok());
  EXPECT_EQ(stopped.ledger().selected_kinds, Bit(SIGNET_KIND_GAP) | Bit(SIGNET_KIND_DATA));
}

// A misspelt word in the variable does not make a program fail, and the program gets no less than
// the default.
TEST_P(SealBothWays, VariableThatMakesNoSense) {
  const std::vector<std::string> argv = CommandLine(Module("hello-libc"), {});
  const RunResult result =
      RunProgram(argv, WithVariables(BaseEnvironment(), {"SIGNET_SEAL=none,frob"}));
  EXPECT_EQ(result.exit_status, 7);
  EXPECT_EQ(result.err, "ld-signet: unknown kind in SIGNET_SEAL: frob: ignored\n");
  const Stopped stopped(CommandLine(kAttack, {"--stop"}), {"SIGNET_SEAL=none,frob"});
  ASSERT_TRUE(stopped.ok());
  EXPECT_EQ(stopped.Faults(kDefaultKinds), "");
}

// Programs without libc, with another libc, for huge pages, with relocated text.
TEST_F(Seal, DynamicPrograms) {
  for (const char* name : {"hello", "hello-exec", "musl-program", "map-layout-bfd-huge-pages",
                           "map-layout-lld-huge-pages", "map-layout-gold-exec", "map-holes",
                           "map-textrel-bfd", "map-textrel-program-lld"}) {
    if (!MissingReason(name).empty()) continue;
    SCOPED_TRACE(name);
    const Stopped stopped({Loader(), "--stop", Module(name)});
    ASSERT_TRUE(stopped.ok());
    EXPECT_EQ(stopped.Faults(kDefaultKinds), "");
  }
}

// A static program protects its RELRO itself, later.
TEST_F(Seal, StaticPrograms) {
  for (const char* name :
       {"static-freestanding", "static-freestanding-pie", "static-glibc-bfd",
        "static-glibc-pie-bfd", "static-glibc-lld", "static-musl", "static-go"}) {
    if (!MissingReason(name).empty()) continue;
    SCOPED_TRACE(name);
    const Stopped stopped({Loader(), "--stop", Module(name)});
    ASSERT_TRUE(stopped.ok());
    EXPECT_EQ(stopped.Faults(kDefaultKinds & ~Bit(SIGNET_KIND_RELRO)), "");
    for (const tool::LedgerEntryView& entry : stopped.ledger().entries) {
      const bool relro = entry.kind == SIGNET_KIND_RELRO &&
                         stopped.ledger().modules[entry.module].origin == SIGNET_ORIGIN_PROGRAM;
      EXPECT_EQ(entry.reason == SIGNET_REASON_SELF_RELOCATED, relro);
    }
  }
}

// The ranges of modules that dlopen loaded: sealed, left unsealed, or not in the ledger.
std::string SealOf(const tool::LedgerView& ledger, const std::string& name) {
  for (const tool::LedgerEntryView& entry : ledger.entries) {
    if (ledger.modules[entry.module].name != name || entry.kind != SIGNET_KIND_TEXT) continue;
    if (entry.reason == SIGNET_REASON_SEALED) return "sealed";
    return entry.reason == SIGNET_REASON_DLOPENED ? "unsealed" : "something else";
  }
  return "gone";
}

// --dlopen-seal, for modules that can be unloaded; modules that are NODELETE from the start, by
// DF_1_NODELETE, or later; modules that such a module needs; and modules that were closed.
TEST_F(Seal, OpenedLater) {
  struct Case {
    const char* which;
    const char* ordinary;
    const char* nodelete;
    const char* closed;
  };
  const Case cases[] = {{"always", "sealed", "sealed", "sealed"},
                        {"nodelete", "unsealed", "sealed", "gone"},
                        {"never", "unsealed", "unsealed", "gone"}};
  for (const auto& [which, ordinary, nodelete, closed] : cases) {
    SCOPED_TRACE(which);
    const Stopped stopped({Loader(), std::string("--dlopen-seal=") + which, Module("dl/script"),
                           "open a libvisible-a.so", "open b libvisible-b.so", "close b",
                           "open f libfresh.so NODELETE", "open n libnodelete.so",
                           "open d libdeep.so", "open d libdeep.so NOLOAD NODELETE",
                           "open s libstate.so", "open t libnodelete-top.so", "stop"});
    ASSERT_TRUE(stopped.ok());
    EXPECT_EQ(stopped.Faults(0), "");
    EXPECT_EQ(SealOf(stopped.ledger(), "libvisible-a.so"), ordinary);
    EXPECT_EQ(SealOf(stopped.ledger(), "libvisible-b.so"), closed);
    for (const char* name :
         {"libfresh.so", "libnodelete.so", "libdeep.so", "libstate.so", "libnodelete-top.so"}) {
      EXPECT_EQ(SealOf(stopped.ledger(), name), nodelete) << name;
    }
    EXPECT_EQ(SealOf(stopped.ledger(), "script"), "sealed");
  }
}

TEST_F(Seal, RequirementIsMet) {
  const RunResult result =
      Start(Way::kCommand, Module("hello-libc"), {}, {.loader_options = {"--require=kernel"}});
  EXPECT_EQ(result.exit_status, 7) << result;
  EXPECT_EQ(result.err, "");
}

// On a kernel without mseal, or on one that refuses every call.
class Unsealing : public testing::TestWithParam<int> {
 protected:
  std::vector<std::string> CommandLine(const std::vector<std::string>& argv) const {
    std::vector<std::string> line = {kMsealErrno, std::to_string(GetParam())};
    line.insert(line.end(), argv.begin(), argv.end());
    return line;
  }
  bool NoMseal() const { return GetParam() == ENOSYS; }
};
INSTANTIATE_TEST_SUITE_P(, Unsealing, testing::Values(ENOSYS, EPERM, ENOMEM),
                         [](const testing::TestParamInfo<int>& given) {
                           return given.param == ENOSYS  ? "enosys"
                                  : given.param == EPERM ? "eperm"
                                                         : "enomem";
                         });

TEST_P(Unsealing, ProgramsRunAllTheSame) {
  const InterpCopy copy(Module("hello-libc"), Loader());
  for (const std::vector<std::string>& argv : std::vector<std::vector<std::string>>{
           {Loader(), Module("hello-libc"), "a"}, {copy.path(), "a"}}) {
    const RunResult result = RunProgram(CommandLine(argv));
    EXPECT_EQ(result.out, "hello from libc\narguments: 1\n");
    EXPECT_EQ(result.err, "");
    EXPECT_EQ(result.exit_status, 7);
  }
}

TEST_P(Unsealing, LedgerTellsTheTruth) {
  const Stopped stopped(CommandLine({Loader(), "--stop", Module("hello-libc")}));
  ASSERT_TRUE(stopped.ok());
  EXPECT_EQ(stopped.ledger().backend, SIGNET_BACKEND_GUARD);
  EXPECT_EQ(stopped.Faults(0), "");
  for (const tool::LedgerEntryView& entry : stopped.ledger().entries) {
    if (entry.reason == SIGNET_REASON_NOT_SELECTED) continue;
    EXPECT_EQ(entry.backend, SIGNET_BACKEND_GUARD);
    EXPECT_EQ(entry.reason, NoMseal() ? SIGNET_REASON_NO_MSEAL : SIGNET_REASON_REFUSED);
    EXPECT_EQ(entry.error, GetParam());
  }
}

TEST_P(Unsealing, RequirementIsNotMet) {
  const RunResult result =
      RunProgram(CommandLine({Loader(), "--require=kernel", Module("hello-libc")}));
  EXPECT_EQ(result.exit_status, 126);
  EXPECT_EQ(result.out, "");
  EXPECT_EQ(result.err, std::string("ld-signet: --require=kernel: ") +
                            (NoMseal()             ? "this kernel has no mseal\n"
                             : GetParam() == EPERM ? "mseal failed: Operation not permitted\n"
                                                   : "mseal failed: Cannot allocate memory\n"));
}

// The kernel has mseal, but refuses one range.
TEST_F(Seal, RequirementCountsEveryRange) {
  const TraceResult traced = TraceMseal({Loader(), "--require=kernel", Module("hello-libc")},
                                        {.environment = BaseEnvironment(),
                                         .first_to_fail = 1,
                                         .count_to_fail = 1000,
                                         .error = ENOMEM});
  EXPECT_EQ(traced.exit_status, 126);
}

// A resolver that is no part of libc has run, so the bytes of the text are looked at. What a
// debugger has put there is left.
TEST_F(Seal, BreakpointsStay) {
  const InterpCopy copy(Module("attack-resolver-5"), Loader());
  bool is_reached = false;
  TraceMseal({copy.path()}, {.environment = BaseEnvironment(),
                             .at_entry = [&is_reached](pid_t) { is_reached = true; }});
  EXPECT_TRUE(is_reached);
}

}  // namespace
}  // namespace signet::test
