// SPDX-License-Identifier: MIT
//
// Programs start with as small a stack as under ld.so (ulimit -s).
#include <unistd.h>

#include "tests/support/load_test.h"

namespace signet::test {
namespace {

class SmallStack : public LoadTest {
 protected:
  // The smallest limit with which the program runs, in pages. Without randomness, because the
  // kernel takes a random part of the stack.
  static unsigned LeastPages(Way way, const std::string& program) {
    for (unsigned pages = 1; pages < 64; ++pages) {
      const std::string limit = "--stack=" + std::to_string(pages * sysconf(_SC_PAGESIZE));
      const StartOptions options = {.wrapper = {"/usr/bin/env", "setarch", "-R", "prlimit", limit}};
      if (Start(way, program, {}, options).exit_status == 0) return pages;
    }
    return 64;
  }
};
INSTANTIATE_TEST_SUITE_P(, SmallStack, testing::Values(Way::kCommand, Way::kInterp), WayName);

TEST_P(SmallStack, IsEnough) {
  for (const std::string program : {"/bin/true", "/bin/ls", "/bin/date"}) {
    if (access(program.c_str(), X_OK) != 0) continue;
    EXPECT_LE(LeastPages(way(), program), LeastPages(Way::kSystem, program)) << program;
  }
}

}  // namespace
}  // namespace signet::test
