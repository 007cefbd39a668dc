// SPDX-License-Identifier: MIT
#include "tests/support/load_test.h"

namespace signet::test {

void LoadTest::ExpectRun(std::string_view module, const Expected& expected,
                         const std::vector<std::string>& args, const StartOptions& options) {
  if (const std::string reason = MissingReason(module); !reason.empty()) {
    GTEST_SKIP() << module << " was not built: " << reason;
  }
  const RunResult result = Start(way(), Module(module), args, options);
  EXPECT_EQ(result.signal, 0) << result;
  EXPECT_EQ(result.exit_status, expected.exit_status) << result;
  EXPECT_EQ(result.out, expected.out) << result;
  if (expected.err.empty()) {
    EXPECT_EQ(result.err, "");
  } else {
    EXPECT_NE(result.err.find(expected.err), std::string::npos)
        << "expected: " << expected.err << "\n"
        << result;
  }
}

std::string WayName(const testing::TestParamInfo<Way>& info) {
  return std::string(ToString(info.param));
}

}  // namespace signet::test
