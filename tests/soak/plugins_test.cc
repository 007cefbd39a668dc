// SPDX-License-Identifier: MIT
//
// 32 threads open, call and close 200 libraries at random for a minute. Nothing fails, nothing
// grows, and in the end everything is sealed.
#include <gtest/gtest.h>

#include <chrono>
#include <cstdlib>
#include <fstream>
#include <iostream>
#include <string>
#include <vector>

#include "tests/seal/inspection.h"
#include "tests/support/compatibility.h"
#include "tests/support/load_test.h"
#include "tests/support/process.h"
#include "tests/support/stopped.h"
#include "tests/support/temporary_directory.h"
#include "tests/support/ways.h"

namespace signet::test {
namespace {

constexpr int kCount = 200;
constexpr const char* kSeconds = "60";

// Every fifth library needs its predecessor.
std::string BuildScript() {
  return "set -e; g++ -O1 -std=c++20 -rdynamic -pthread -o hammer \"$DATA/hammer.cc\"\n"
         "i=0; while [ $i -lt " +
         std::to_string(kCount) +
         " ]; do\n"
         "  needs=; [ $((i % 5)) -ne 4 ] || needs=\"-DNEEDS=name_$((i - 1)) ./lib$((i - 1)).so\"\n"
         "  g++ -O1 -std=c++20 -shared -fPIC -DNUMBER=$i -DNAME=name_$i \"$DATA/plugin.cc\" "
         "-o lib$i.so -Wl,-rpath,'$ORIGIN',-soname,lib$i.so $needs\n"
         "  i=$((i + 1))\n"
         "done\n";
}

class Soak : public testing::TestWithParam<Way> {
 protected:
  // Once for all ways, because it takes long.
  static void SetUpTestSuite() {
    directory_ = new TemporaryDirectory;
    const RunResult result =
        RunProgram({"/bin/sh", "-c", BuildScript()},
                   WithVariables(BaseEnvironment(), {std::string("DATA=") + SIGNET_TEST_SOAK_DATA}),
                   {.timeout = std::chrono::seconds(300), .directory = directory_->path()});
    ASSERT_EQ(result.exit_status, 0) << result;
  }
  static void TearDownTestSuite() {
    delete directory_;
    directory_ = nullptr;
  }

  static TemporaryDirectory* directory_;
};
TemporaryDirectory* Soak::directory_ = nullptr;

INSTANTIATE_TEST_SUITE_P(, Soak, testing::Values(Way::kSystem, Way::kCommand, Way::kInterp),
                         WayName);

TEST_P(Soak, PluginsOpenedAndClosedByThreads) {
  const std::string hammer = *directory_ / "hammer";
  const InterpCopy copy(hammer, Loader());
  std::vector<std::string> argv = {GetParam() == Way::kInterp ? copy.path().string() : hammer,
                                   directory_->path(), std::to_string(kCount), kSeconds};
  if (GetParam() == Way::kCommand) argv.insert(argv.begin(), Loader());
  Process process(argv, BaseEnvironment(), {.timeout = std::chrono::seconds(300)});
  if (WaitForStop(process.pid())) {
    if (IsSignet(GetParam())) {
      const Inspection inspection(process.pid());
      EXPECT_EQ(inspection.Faults(kDefaultKinds), "");
    }
    process.Signal(SIGCONT);
  } else {
    ADD_FAILURE() << "it ended early";
  }
  const RunResult result = process.Finish();
  EXPECT_EQ(result.exit_status, 0) << result;
  EXPECT_EQ(result.out,
            "faults: 0\nthrew: yes\nthread-local objects left: 0\nmappings level: yes\n"
            "memory level: yes\n")
      << result;
  std::cout << result.err;
  if (IsSignet(GetParam())) {
    RecordCompatibility({"plug-ins", "", "200 libraries opened, called and closed by 32 threads"},
                        "soak", GetParam(), !HasFailure());
  }
}

}  // namespace
}  // namespace signet::test
