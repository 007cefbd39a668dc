// SPDX-License-Identifier: MIT
//
// A C++ program with streams, exceptions across modules, and threads, linked by every linker in
// every way that is in use.
#include <gtest/gtest.h>

#include <string>
#include <vector>

#include "tests/seal/inspection.h"
#include "tests/support/capability.h"
#include "tests/support/load_test.h"
#include "tests/support/stopped.h"

namespace signet::test {
namespace {

std::vector<std::string> Programs() {
  std::vector<std::string> names;
  const auto add = [&names](const std::string& name) {
    names.push_back(name);
    names.push_back(name + "_exec");
  };
  for (const std::string linker : {"bfd", "gold", "lld", "mold"}) {
    for (const char* kind : {"", "_now", "_norelro", "_now_norelro"}) add(linker + kind);
    if (linker != "gold") add(linker + "_relr");
  }
  return names;
}

class Linked : public testing::TestWithParam<std::string> {};
INSTANTIATE_TEST_SUITE_P(, Linked, testing::ValuesIn(Programs()),
                         [](const testing::TestParamInfo<std::string>& given) {
                           return given.param;
                         });

TEST_P(Linked, RunsAndIsSealed) {
  std::string name = "real/linked-" + GetParam();
  for (char& c : name) {
    if (c == '_') c = '-';
  }
  if (const std::string reason = MissingReason(name); !reason.empty())
    SIGNET_SKIP_WITHOUT(kPrograms, reason);
  for (const Way way : {Way::kSystem, Way::kCommand, Way::kInterp}) {
    SCOPED_TRACE(ToString(way));
    const RunResult result = Start(way, Module(name), {"a", "b c"});
    // glibc accepts DT_RELR only with a symbol version that only newer linkers write.
    if (way == Way::kSystem &&
        result.err.ends_with(": DT_RELR without GLIBC_ABI_DT_RELR dependency\n")) {
      continue;
    }
    EXPECT_EQ(result.exit_status, 3) << result;
    EXPECT_EQ(result.err, "");
    EXPECT_EQ(result.out,
              "argument a\nargument b c\narea 2.25\ncounter 42\nlibrary: thrown\n"
              "sum 10, here 1, doubled 42\n");
  }

  Process process({Loader(), "--stop", Module(name)}, BaseEnvironment());
  ASSERT_TRUE(WaitForStop(process.pid()));
  EXPECT_EQ(Inspection(process.pid()).Faults(kDefaultKinds), "");
}

}  // namespace
}  // namespace signet::test
