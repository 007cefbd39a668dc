// SPDX-License-Identifier: MIT
//
// --require=kernel also holds for modules that are loaded later. If the kernel refuses a seal of a
// module that dlopen loads, the process ends before it runs any code of the module.
#include <gtest/gtest.h>

#include <cerrno>
#include <string>
#include <vector>

#include "tests/seal/mseal_trace.h"
#include "tests/seal/stopped_program.h"
#include "tests/support/capability.h"
#include "tests/support/ways.h"

namespace signet::test {
namespace {

class Require : public testing::Test {
 protected:
  void SetUp() override {
    if (!KernelHasMseal()) SIGNET_SKIP_WITHOUT(kMseal, "this kernel has no mseal");
  }

  // All calls from `call_to_fail` on fail, because the loader tries again range by range.
  static constexpr size_t kAll = 1000;

  static TraceResult Trace(const std::vector<std::string>& options,
                           const std::vector<std::string>& commands, size_t call_to_fail) {
    std::vector<std::string> argv = {Loader()};
    argv.insert(argv.end(), options.begin(), options.end());
    argv.push_back(Module("dl/script"));
    argv.insert(argv.end(), commands.begin(), commands.end());
    return TraceMseal(argv, {.environment = BaseEnvironment(),
                             .first_to_fail = call_to_fail,
                             .count_to_fail = kAll,
                             .error = ENOMEM});
  }
};

TEST_F(Require, RefusedSealOfALaterModule) {
  // Its constructor ends the process with status 3.
  const std::vector<std::string> open = {"open x libexit-top.so"};
  constexpr size_t kNone = SIZE_MAX / 2;
  const size_t first = Trace({"--require=kernel"}, {"left"}, kNone).calls.size();
  const TraceResult whole = Trace({"--require=kernel"}, open, kNone);
  EXPECT_EQ(whole.exit_status, 3);
  ASSERT_GT(whole.calls.size(), first);
  for (size_t call = first; call < whole.calls.size(); ++call) {
    SCOPED_TRACE(call);
    testing::internal::CaptureStderr();
    const TraceResult refused = Trace({"--require=kernel"}, open, call);
    const std::string error = testing::internal::GetCapturedStderr();
    EXPECT_EQ(refused.exit_status, 126);
    EXPECT_TRUE(error.starts_with("ld-signet: --require=kernel: mseal of 0x")) << error;
    EXPECT_TRUE(error.ends_with(") failed: Cannot allocate memory\n")) << error;
    EXPECT_EQ(Trace({}, open, call).exit_status, 3);
  }
}

}  // namespace
}  // namespace signet::test
