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
// locks that it held are free again, and no reader of the module list is left who would keep closed
// modules in memory.
TEST_P(DlFaults, EverySystemCallOfAResolver) {
  std::vector<std::string> arguments = {"libdl-faults-resolver.so"};
  if (GetParam() == Way::kNodelete || GetParam() == Way::kNever) arguments.push_back("unloads");
  ExpectRun("dl-faults", {.out = "survived: some\nfailed and left nothing: many\n"}, arguments);
}

// libc opens a library for the loader, and its constructor calls back. If memory runs out in that
// call, nobody may jump over libc, which holds locks. So the process ends.
TEST(DlFaultsBelowLibc, EverySystemCallOfAConstructor) {
  const RunResult result =
      Start(Way::kCommand, Module("dl-faults"), {"libdl-faults-opens-runtime.so", "ends"});
  EXPECT_EQ(result.out, "ended by the loader: some\n") << result;
}

}  // namespace
}  // namespace signet::test
