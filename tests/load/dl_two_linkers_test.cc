// SPDX-License-Identifier: MIT
//
// libc's interpreter is there beside Signet, and who knows the address of libc's own functions can
// call them.
#include "tests/support/load_test.h"

namespace signet::test {
namespace {

class DlTwoLinkers : public LoadTest {};
SIGNET_DL_WAYS(DlTwoLinkers);

// Neither takes a handle of the other for one of its own.
TEST_P(DlTwoLinkers, EachSurvivesTheOthersHandles) {
  const RunResult result = Start(GetParam(), Module("dl-two-linkers"));
  EXPECT_EQ(result.exit_status, 0) << result;
  EXPECT_EQ(result.out.find("silent"), std::string::npos) << result;
  EXPECT_TRUE(result.out.starts_with("dlsym by dlvsym: 7\n") ||
              result.out == "libc has no dlopen\n")
      << result;
}

}  // namespace
}  // namespace signet::test
