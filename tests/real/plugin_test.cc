// SPDX-License-Identifier: MIT
//
// Programs that load modules while they run, or have one preloaded, do under Signet what they do
// under the system's dynamic linker.
#include <gtest/gtest.h>

#include "tests/real/real_programs.h"
#include "tests/real/session.h"
#include "tests/support/capability.h"

namespace signet::test {
namespace {

class RealPlugins : public testing::TestWithParam<RealCase> {
 protected:
  void SetUp() override {
    const std::string reason = MissingReason(GetParam());
    if (!reason.empty()) SIGNET_SKIP_WITHOUT(kPrograms, reason);
  }
};
INSTANTIATE_TEST_SUITE_P(, RealPlugins, testing::ValuesIn(PluginCases()),
                         [](const testing::TestParamInfo<RealCase>& given) {
                           return given.param.name;
                         });

TEST_P(RealPlugins, AsACommand) { ExpectSame(GetParam(), Way::kCommand, Way::kSystemCommand); }

TEST_P(RealPlugins, AsAnInterpreter) { ExpectSame(GetParam(), Way::kInterp, Way::kSystem); }

}  // namespace
}  // namespace signet::test
