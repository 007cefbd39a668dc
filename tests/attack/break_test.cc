// SPDX-License-Identifier: MIT
//
// The break is a way to unmap. A program that moves it where it does not belong must not unmap
// sealed memory by libc's functions.
#include <gtest/gtest.h>

#include "tests/support/capability.h"
#include "tests/support/kernel.h"
#include "tests/support/ways.h"

namespace signet::test {
namespace {

class Break : public testing::TestWithParam<const char*> {};

TEST_P(Break, StepUpThatIsAStepDown) {
  if (GetParam() == std::string_view("kernel") && !KernelHasMseal())
    SIGNET_SKIP_WITHOUT(kMseal, "this kernel has no mseal");
  const RunResult result = Start(Way::kCommand, Module("attack-break"), {},
                                 {.loader_options = {std::string("--backend=") + GetParam()}});
  if (result.out == "mseal: 0\nno PR_SET_MM\n")
    SIGNET_SKIP_WITHOUT(kRoot, "the break cannot be moved here by prctl");
  EXPECT_EQ(result.out, "mseal: 0\nsealed memory is there\n") << result;
}

INSTANTIATE_TEST_SUITE_P(, Break, testing::Values("kernel", "guard", "seccomp"),
                         [](const auto& test) { return std::string(test.param); });

}  // namespace
}  // namespace signet::test
