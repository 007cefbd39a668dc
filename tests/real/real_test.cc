// SPDX-License-Identifier: MIT
//
// Real programs do under Signet what they do under the system's dynamic linker, and are sealed.
//
// A program that Signet starts as a command is compared with one that the system's ld.so starts as
// a command, because /proc/self/exe is a dynamic linker in both.
#include <gtest/gtest.h>

#include <set>
#include <string>
#include <vector>

#include "tests/real/real_programs.h"
#include "tests/real/session.h"
#include "tests/seal/inspection.h"
#include "tests/seal/mseal_trace.h"
#include "tests/support/capability.h"
#include "tests/support/stopped.h"
#include "tests/support/ways.h"

namespace signet::test {
namespace {

class RealProgram : public testing::TestWithParam<RealCase> {
 protected:
  void SetUp() override {
    const std::string reason = MissingReason(GetParam());
    if (!reason.empty()) SIGNET_SKIP_WITHOUT(kPrograms, reason);
  }
};
INSTANTIATE_TEST_SUITE_P(, RealProgram, testing::ValuesIn(RealCases()),
                         [](const testing::TestParamInfo<RealCase>& given) {
                           return given.param.name;
                         });

TEST_P(RealProgram, AsACommand) { ExpectSame(GetParam(), Way::kCommand, Way::kSystemCommand); }

TEST_P(RealProgram, AsAnInterpreter) { ExpectSame(GetParam(), Way::kInterp, Way::kSystem); }

// Users do this. patchelf adds segments and moves tables.
TEST_P(RealProgram, PatchedByPatchelf) {
  if (const std::string reason = MissingProgramReason("patchelf"); !reason.empty()) {
    SIGNET_SKIP_WITHOUT(kPrograms, reason);
  }
  EXPECT_EQ(Transcript(GetParam(), Way::kInterp, InterpCopy::Method::kPatchelf),
            Transcript(GetParam(), Way::kSystem));
}

// Calls look(command line) once for each of the case's programs, when the case has reached it.
template <typename Look>
void ForEachProgram(const RealCase& given, Look&& look) {
  const Session session(given);
  std::set<std::string> seen;
  for (const std::vector<std::string>& step : given.steps) {
    const std::vector<std::string> argv = session.CommandLine(step);
    SCOPED_TRACE(argv[0]);
    if (seen.insert(argv[0]).second) look(session, argv);
    session.Run(Way::kSystem, {}, step);
  }
}

TEST_P(RealProgram, IsSealedAsACommand) {
  ForEachProgram(GetParam(), [](const Session& session, std::vector<std::string> argv) {
    argv.insert(argv.begin(), {Loader(), "--stop"});
    Process process(argv, session.environment(), {.directory = session.directory()});
    if (WaitForStop(process.pid())) {
      EXPECT_EQ(Inspection(process.pid()).Faults(kDefaultKinds), "");
    } else {
      ADD_FAILURE() << "it did not stop: " << process.Finish();
    }
  });
}

TEST_P(RealProgram, IsSealedByItsInterpreter) {
  ForEachProgram(GetParam(), [](const Session& session, std::vector<std::string> argv) {
    const InterpCopy copy(argv[0], Loader());
    argv[0] = copy.path();
    std::string faults = "it did not get to its entry";
    TraceMseal(argv, {.environment = session.environment(), .at_entry = [&faults](pid_t pid) {
                        faults = Inspection(pid).Faults(kDefaultKinds);
                      }});
    EXPECT_EQ(faults, "");
  });
}

}  // namespace
}  // namespace signet::test
