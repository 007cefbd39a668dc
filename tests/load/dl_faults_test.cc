// SPDX-License-Identifier: MIT
//
// A dlopen that fails leaves nothing behind, no matter which of its system calls failed. ld.so is
// no oracle here, because it leaves mappings behind.
#include "tests/support/load_test.h"

namespace signet::test {
namespace {

class DlFaults : public LoadTest {};
INSTANTIATE_TEST_SUITE_P(, DlFaults,
                         testing::Values(Way::kCommand, Way::kInterp, Way::kNodelete, Way::kNever),
                         WayName);

TEST_P(DlFaults, EverySystemCall) {
  ExpectRun("dl-faults", {.out = "survived: some\nfailed and left nothing: many\n"});
}

}  // namespace
}  // namespace signet::test
