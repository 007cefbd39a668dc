// SPDX-License-Identifier: MIT
//
// What `perf record` shows about a program that Signet has linked: the names of functions of the
// program, of a library and of a plugin. perf learns of mappings from the kernel, not from the
// dynamic linker, and reads the mapped files.
#include <gtest/gtest.h>

#include <regex>
#include <string>
#include <utility>
#include <vector>

#include "tests/support/capability.h"
#include "tests/support/load_test.h"
#include "tests/support/temporary_directory.h"

namespace signet::test {
namespace {

using Lines = std::vector<std::string>;

class Perf : public LoadTest {
 protected:
  void SetUp() override {
    if (const std::string reason = MissingProgramReason("perf"); !reason.empty()) {
      SIGNET_SKIP_WITHOUT(kPrograms, reason);
    }
    const RunResult tried = Record({"/bin/true"});
    if (tried.exit_status != 0)
      SIGNET_SKIP_WITHOUT(kPerf, "perf may not record here: " << tried.err);
  }

  RunResult Record(const Lines& command) const {
    Lines argv = {"/usr/bin/env", "perf", "record", "-q", "-e", "cpu-clock:u", "-o", data_, "--"};
    argv.insert(argv.end(), command.begin(), command.end());
    return RunProgram(argv);
  }

  TemporaryDirectory directory_;
  const std::string data_ = directory_ / "perf.data";
};
SIGNET_EVERY_WAY(Perf);

TEST_P(Perf, NamesOfFunctions) {
  const std::string program = Module("gdb-program");
  const InterpCopy copy(program, Loader());
  Lines command = {program, "spin"};
  if (way() == Way::kInterp) command[0] = copy.path();
  if (way() == Way::kCommand) command.insert(command.begin(), Loader());
  const RunResult recorded = Record(command);
  ASSERT_EQ(recorded.exit_status, 0) << recorded;
  const RunResult report =
      RunProgram({"/usr/bin/env", "perf", "report", "-i", data_, "--stdio", "-q", "--sort",
                  "dso,symbol", "-F", "dso,symbol", "-t", ":"});
  ASSERT_EQ(report.exit_status, 0) << report;
  // perf uses the file that is mapped.
  const std::string file = way() == Way::kInterp ? copy.path().filename() : "gdb-program";
  for (const auto& [module, function] :
       {std::pair(file, "ProgramSpin"), std::pair(std::string("libgdb-library.so"), "LibrarySpin"),
        std::pair(std::string("libgdb-plugin.so"), "PluginSpin")}) {
    EXPECT_TRUE(
        std::regex_search(report.out, std::regex(module + " *:\\[\\.\\] " + function + " *:")))
        << module << " " << function << "\n"
        << report;
  }
}

}  // namespace
}  // namespace signet::test
