// SPDX-License-Identifier: MIT
#include "tests/support/load_test.h"

#include "tests/support/capability.h"

namespace signet::test {

void LoadTest::ExpectRun(std::string_view module, const Expected& expected,
                         const std::vector<std::string>& args, const StartOptions& options) {
  if (const std::string reason = MissingReason(module); !reason.empty()) {
    SIGNET_SKIP_WITHOUT(kPrograms, module << " was not built: " << reason);
  }
  const RunResult result = Start(way(), Module(module), args, options);
  RunResult wanted = {
      .exit_status = expected.exit_status, .out = expected.out, .err = expected.err};
  if (!expected.err.empty() && result.err.find(expected.err) != std::string::npos) {
    wanted.err = result.err;
  }
  EXPECT_EQ(result, wanted);
}

std::string WayName(const testing::TestParamInfo<Way>& info) {
  return std::string(ToString(info.param));
}

}  // namespace signet::test
