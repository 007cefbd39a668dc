// SPDX-License-Identifier: MIT
//
// Variables of ld.so that Signet ignores: docs/variables.md.
#include "tests/support/load_test.h"

namespace signet::test {
namespace {

class Variables : public LoadTest {};
INSTANTIATE_TEST_SUITE_P(, Variables, testing::Values(Way::kCommand, Way::kInterp), WayName);

TEST_P(Variables, ThatAreIgnored) {
  for (const char* variable :
       {"LD_BIND_NOT=1", "LD_DEBUG=all", "LD_DEBUG_OUTPUT=/nowhere/debug", "LD_PROFILE=libc.so.6",
        "LD_PROFILE_OUTPUT=/nowhere", "LD_VERBOSE=1", "LD_WARN=1", "LD_DYNAMIC_WEAK=1",
        "LD_HWCAP_MASK=0", "LD_ORIGIN_PATH=/nowhere", "LD_PREFER_MAP_32BIT_EXEC=1",
        "LD_ASSUME_KERNEL=2.2.5", "LD_USE_LOAD_BIAS=0", "LD_WHATEVER=1"}) {
    SCOPED_TRACE(variable);
    ExpectRun("hello-libc", {.out = "hello from libc\narguments: 0\n", .exit_status = 7}, {},
              {.environment = {variable}});
  }
}

}  // namespace
}  // namespace signet::test
