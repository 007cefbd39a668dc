// SPDX-License-Identifier: MIT
//
// What is sealed is what was meant, although IFUNC resolvers, and at a dlopen other threads, run
// before the seal.
#include <gtest/gtest.h>

#include "tests/support/ways.h"

namespace signet::test {
namespace {

constexpr const char* kAsPlanned = "function: 7\ntext: r-xp\nconstants: r--p\nrelro: r--p\n";

// The attacks of attack-resolver.c, by number.
class ResolverAttack : public testing::TestWithParam<std::tuple<Way, const char*, bool, int>> {
 protected:
  RunResult Run() {
    const auto [way, backend, linked, attack] = GetParam();
    StartOptions options;
    if (IsCommand(way)) options.loader_options = {std::string("--backend=") + backend};
    const std::string number = std::to_string(attack);
    return linked ? Start(way, Module("attack-resolver-" + number), {}, options)
                  : Start(way, Module("attack-resolver-opens"),
                          {Module("libattack-resolver-" + number + ".so")}, options);
  }
};

using ResolverChangesMemory = ResolverAttack;
TEST_P(ResolverChangesMemory, ItIsRestored) {
  const RunResult result = Run();
  EXPECT_EQ(result.out, kAsPlanned) << result;
}

using ResolverReplacesMemory = ResolverAttack;
TEST_P(ResolverReplacesMemory, TheProcessEnds) {
  const RunResult result = Run();
  EXPECT_EQ(result.exit_status, 126) << result;
  EXPECT_EQ(result.out, "");
  EXPECT_NE(result.err.find("changed while it was linked"), std::string::npos) << result;
}

// Not even the zeroes at the end of a text segment are taken for a change.
using ResolverLeavesFewDescriptors = ResolverAttack;
TEST_P(ResolverLeavesFewDescriptors, TheProgramRuns) {
  const RunResult result = Run();
  EXPECT_EQ(result.out, kAsPlanned) << result;
}

// A thread makes the coming text writable, as often as it can. It often succeeds in the attempt,
// and never in the result. Under ld.so the result is a breach each time.
class AttackingThread : public testing::TestWithParam<std::tuple<Way, const char*>> {};

TEST_P(AttackingThread, DoesNotGetItsWaySealed) {
  const auto [way, dlopen_seal] = GetParam();
  StartOptions options;
  if (IsCommand(way)) options.loader_options = {std::string("--dlopen-seal=") + dlopen_seal};
  const RunResult result =
      Start(way, Module("attack-window"),
            {Module("libattack-code-with-bss.so"), Module("libattack-code.so"), "60"}, options);
  EXPECT_EQ(result.out, "breaches: 0\n") << result;
}

INSTANTIATE_TEST_SUITE_P(, AttackingThread,
                         testing::Values(std::tuple(Way::kCommand, "always"),
                                         std::tuple(Way::kInterp, "always")),
                         [](const auto& test) {
                           return std::string(ToString(std::get<0>(test.param)));
                         });

// What is no module is inspected at the start.
using ResolverAttacksOthers = ResolverAttack;
TEST_P(ResolverAttacksOthers, TheProcessEnds) {
  const RunResult result = Run();
  EXPECT_EQ(result.exit_status, 126) << result;
  EXPECT_NE(result.err.find("changed while it was linked"), std::string::npos) << result;
}

std::string Name(const testing::TestParamInfo<ResolverAttack::ParamType>& test) {
  const auto [way, backend, linked, attack] = test.param;
  return std::string(ToString(way)) + "_" + backend + (linked ? "_linked_" : "_opened_") +
         std::to_string(attack);
}

INSTANTIATE_TEST_SUITE_P(, ResolverChangesMemory,
                         testing::Combine(testing::Values(Way::kCommand, Way::kInterp),
                                          testing::Values("kernel"), testing::Bool(),
                                          testing::Values(1, 2, 5)),
                         Name);
INSTANTIATE_TEST_SUITE_P(Fallback, ResolverChangesMemory,
                         testing::Combine(testing::Values(Way::kCommand),
                                          testing::Values("guard", "seccomp"), testing::Bool(),
                                          testing::Values(2, 5)),
                         Name);
INSTANTIATE_TEST_SUITE_P(Guard, ResolverChangesMemory,
                         testing::Combine(testing::Values(Way::kCommand), testing::Values("guard"),
                                          testing::Bool(), testing::Values(1)),
                         Name);
// The filter is in force already, and denies what would bring the file's bytes back.
INSTANTIATE_TEST_SUITE_P(Filter, ResolverReplacesMemory,
                         testing::Combine(testing::Values(Way::kCommand),
                                          testing::Values("seccomp"), testing::Bool(),
                                          testing::Values(1)),
                         Name);
INSTANTIATE_TEST_SUITE_P(, ResolverReplacesMemory,
                         testing::Combine(testing::Values(Way::kCommand, Way::kInterp),
                                          testing::Values("kernel"), testing::Bool(),
                                          testing::Values(3, 4, 6)),
                         Name);
INSTANTIATE_TEST_SUITE_P(Fallback, ResolverReplacesMemory,
                         testing::Combine(testing::Values(Way::kCommand),
                                          testing::Values("guard", "seccomp"), testing::Bool(),
                                          testing::Values(3, 4, 6)),
                         Name);

INSTANTIATE_TEST_SUITE_P(, ResolverLeavesFewDescriptors,
                         testing::Combine(testing::Values(Way::kCommand, Way::kInterp),
                                          testing::Values("kernel"), testing::Bool(),
                                          testing::Values(10, 11, 12)),
                         Name);
INSTANTIATE_TEST_SUITE_P(, ResolverAttacksOthers,
                         testing::Combine(testing::Values(Way::kCommand, Way::kInterp),
                                          testing::Values("kernel"), testing::Values(true),
                                          testing::Values(7, 8, 9)),
                         Name);

}  // namespace
}  // namespace signet::test
