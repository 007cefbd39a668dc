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

// An IFUNC resolver calls back while its library is opened. If memory runs out in that call, the
// locks that it held are free again.
TEST_P(DlFaults, EverySystemCallOfAResolver) {
  ExpectRun("dl-faults", {.out = "survived: some\nfailed and left nothing: many\n"},
            {"libdl-faults-resolver.so"});
}

}  // namespace
}  // namespace signet::test
