// SPDX-License-Identifier: MIT
//
// Faults that only a machine of the test's own can have: no room for one more mapping, no /proc.
// The program still runs, or is refused with a message, and what is reported is true.
#include <gtest/gtest.h>

#include <cerrno>
#include <csignal>
#include <fstream>
#include <optional>
#include <string>
#include <vector>

#include "tests/seal/inspection.h"
#include "tests/support/capability.h"
#include "tests/support/process.h"
#include "tests/support/stopped.h"
#include "tests/support/ways.h"
#include "tool/kernel_info.h"

namespace signet::test {
namespace {

using Strings = std::vector<std::string>;

constexpr const char* kMaxMapCount = "/proc/sys/vm/max_map_count";

// Limits how many mappings a process may have. The limit holds for this process, too. The
// destructor restores the limit.
class MaxMapCount {
 public:
  explicit MaxMapCount(int count) {
    std::ifstream(kMaxMapCount) >> before_;
    Set(count);
  }
  ~MaxMapCount() { Set(before_); }
  MaxMapCount(const MaxMapCount&) = delete;
  MaxMapCount& operator=(const MaxMapCount&) = delete;

 private:
  static void Set(int count) { std::ofstream(kMaxMapCount) << count << std::flush; }

  int before_ = 0;
};

enum class Came { kToNothing, kUnsealed, kPartlySealed, kSealed };

// Starts a program with room for `count` mappings, seals its variables too, and looks at it when it
// is linked. The variables that its libc must change divide a mapping, which needs room for two
// more.
Came StartWithin(int count, const Strings& options) {
  Strings argv = {Loader(), "--seal=+data", "--stop"};
  argv.insert(argv.end(), options.begin(), options.end());
  argv.push_back(Module("seal/mutable"));
  std::optional<MaxMapCount> limit(count);
  Process process(argv, BaseEnvironment());
  const bool is_there = WaitForStop(process.pid());
  limit.reset();
  if (!is_there) {
    const RunResult result = process.Finish();
    EXPECT_EQ(result.out, "");
    // The kernel, and ld.so on its first pages, print no message.
    if (result.signal == 0) {
      EXPECT_TRUE(result.exit_status == 126 || result.exit_status == 127) << result;
      EXPECT_NE(result.err, "");
    }
    return Came::kToNothing;
  }
  const Inspection inspection(process.pid());
  EXPECT_NE(inspection.ledger(), nullptr);
  EXPECT_EQ(inspection.Faults(0), "");
  size_t sealed = 0;
  size_t refused = 0;
  for (const tool::LedgerEntryView& entry : inspection.ledger()->entries) {
    sealed += entry.reason == SIGNET_REASON_SEALED ? 1 : 0;
    refused += entry.reason == SIGNET_REASON_REFUSED && entry.error == ENOMEM ? 1 : 0;
  }
  process.Signal(SIGCONT);
  EXPECT_EQ(process.Finish().signal, 0);
  return refused == 0 ? Came::kSealed : sealed == 0 ? Came::kUnsealed : Came::kPartlySealed;
}

TEST(Faults, NoRoomForMoreMappings) {
  if (!tool::GetKernelInfo().has_mseal) SIGNET_SKIP_WITHOUT(kMseal, "this kernel has no mseal");
  if (const auto reason = MissingReason("seal/mutable"); !reason.empty())
    SIGNET_SKIP_WITHOUT(kPrograms, reason);
  constexpr int kMost = 40;
  Came before = Came::kToNothing;
  int partly = 0;
  for (int count = 1; count <= kMost; ++count) {
    SCOPED_TRACE(count);
    const Came came = StartWithin(count, {});
    EXPECT_GE(came, before) << "with more room, less";
    before = came;
    if (came != Came::kPartlySealed) continue;
    ++partly;
    EXPECT_EQ(StartWithin(count, {"--require=kernel"}), Came::kToNothing);
  }
  EXPECT_EQ(before, Came::kSealed);
  EXPECT_GT(partly, 0);
}

// In a namespace that has no /proc.
class NoProc : public testing::Test {
 protected:
  static RunResult Run(const Strings& command) {
    Strings argv = {"/bin/unshare", "-m", "/bin/sh", "-c", "umount -l /proc && exec \"$@\"", "sh"};
    argv.insert(argv.end(), command.begin(), command.end());
    return RunProgram(argv,
                      WithVariables(BaseEnvironment(), {"SIGNET_LOADER=" + Loader().string()}));
  }
};

TEST_F(NoProc, ProgramsRunAndAreSealed) {
  const std::string way = tool::GetKernelInfo().has_mseal ? "kernel" : "seccomp";
  const RunResult result = Run({Loader(), "--backend=" + way, "--require=enforced",
                                SIGNET_TEST_ATTACK, "--unseen", "--inline"});
  EXPECT_EQ(result.exit_status, 0) << result;
  EXPECT_TRUE(result.out.ends_with("\nall refused\n")) << result;
  EXPECT_EQ(Run({Tool(), "run", Module("hello-libc")}).exit_status, 7);
}

TEST_F(NoProc, NothingIsReported) {
  const RunResult dump = Run({Tool(), "dump", "--", Module("hello-libc")});
  EXPECT_EQ(dump.exit_status, 1);
  EXPECT_EQ(dump.out, "");
  EXPECT_EQ(dump.err, "signet: cannot read processes: there is no /proc\n");
  const RunResult verify = Run({Tool(), "verify", Module("hello-libc")});
  EXPECT_EQ(verify.exit_status, 1);
  EXPECT_EQ(verify.out, "");
  EXPECT_EQ(verify.err, "signet: cannot read processes: there is no /proc\n");
}

TEST_F(NoProc, TheDoctorLeavesItOpen) {
  const RunResult result = Run({Tool(), "doctor"});
  EXPECT_EQ(result.exit_status, 0) << result;
  EXPECT_NE(result.out.find("\nvm.max_map_count                               unknown\n"),
            std::string::npos)
      << result;
}

}  // namespace
}  // namespace signet::test
