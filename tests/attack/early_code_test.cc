// SPDX-License-Identifier: MIT
//
// Before the seal runs no code of a library but IFUNC resolvers: also not of one that looks as if
// it were a part of libc, because it names libc's private version or bears the name of its
// unwinder.
#include <gtest/gtest.h>

#include "tests/support/capability.h"
#include "tests/support/kernel.h"
#include "tests/support/ways.h"

namespace signet::test {
namespace {

class EarlyCode : public testing::TestWithParam<std::tuple<Way, const char*>> {
 protected:
  void SetUp() override {
    if (!KernelHasMseal()) SIGNET_SKIP_WITHOUT(kMseal, "this kernel has no mseal");
  }
  static Way way() { return std::get<0>(GetParam()); }
  static std::string part() { return std::get<1>(GetParam()); }
  // DF_1_INITFIRST puts a constructor in front of those that it depends on.
  static std::string Refusals() {
    const std::string plain = "constructor of plain: Operation not permitted\n";
    const std::string own = "constructor of " + part() + ": Operation not permitted\n";
    return part().starts_with("first") ? own + plain : plain + own;
  }
};

TEST_P(EarlyCode, ConstructorOfLinkedLibrary) {
  const RunResult result = Start(way(), Module("attack-early-" + part() + "/program"));
  EXPECT_EQ(result.out, Refusals() + "errno: 1\n") << result;
}

TEST_P(EarlyCode, ConstructorOfPreloadedLibrary) {
  const bool is_unwinder = part().ends_with("unwinder") || part() == "needs_first";
  const std::string library = is_unwinder ? "/libgcc_s.so.1" : "/libpart.so";
  const RunResult result =
      Start(way(), Module("attack-early-preloaded"), {},
            {.environment = {"LD_PRELOAD=" + Module("attack-early-" + part() + library).string()}});
  EXPECT_EQ(result.out, Refusals() + "errno: 1\n") << result;
}

// libc's dynamic linker allocates with the program's functions, but not before the seal.
class EarlyAllocator : public testing::TestWithParam<Way> {};

TEST_P(EarlyAllocator, IsCalledBehindTheSeal) {
  if (!KernelHasMseal()) SIGNET_SKIP_WITHOUT(kMseal, "this kernel has no mseal");
  const RunResult result = Start(GetParam(), Module("attack-allocator"));
  EXPECT_EQ(result.out, "opened: never\n") << result;
}

INSTANTIATE_TEST_SUITE_P(, EarlyAllocator, testing::Values(Way::kCommand, Way::kInterp));

INSTANTIATE_TEST_SUITE_P(, EarlyCode,
                         testing::Combine(testing::Values(Way::kCommand, Way::kInterp),
                                          testing::Values("refers", "defines", "interpreter",
                                                          "unwinder", "first_unwinder",
                                                          "needs_first", "first_interpreter")),
                         [](const auto& test) {
                           return std::string(ToString(std::get<0>(test.param))) + "_" +
                                  std::get<1>(test.param);
                         });

}  // namespace
}  // namespace signet::test
