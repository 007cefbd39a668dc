// SPDX-License-Identifier: MIT
//
// Modules that libc opens by itself are sealed by the next call into the dynamic linker, whichever
// call that is, with the libraries that they need.
#include <gtest/gtest.h>

#include "tests/support/ways.h"

namespace signet::test {
namespace {

class LateModule : public testing::TestWithParam<std::tuple<Way, const char*, const char*>> {};

TEST_P(LateModule, IsSealedByTheNextCall) {
  const auto [way, backend, call] = GetParam();
  StartOptions options;
  if (IsCommand(way)) options.loader_options = {std::string("--backend=") + backend};
  const RunResult result = Start(way, Module("attack-late"), {call}, options);
  EXPECT_EQ(result.out,
            "/libgcc_s.so.1: Operation not permitted\n"
            "/EUC-JP.so: Operation not permitted\n"
            "/libJIS.so: Operation not permitted\n")
      << result;
}

constexpr auto kCalls = {"dlsym", "dlopen", "dlclose", "dlinfo", "dl_iterate_phdr"};

std::string Name(const testing::TestParamInfo<LateModule::ParamType>& test) {
  return std::string(ToString(std::get<0>(test.param))) + "_" + std::get<1>(test.param) + "_" +
         std::get<2>(test.param);
}

INSTANTIATE_TEST_SUITE_P(ByCommand, LateModule,
                         testing::Combine(testing::Values(Way::kCommand),
                                          testing::Values("kernel", "guard", "seccomp"),
                                          testing::ValuesIn(kCalls)),
                         Name);
INSTANTIATE_TEST_SUITE_P(AsInterpreter, LateModule,
                         testing::Combine(testing::Values(Way::kInterp), testing::Values("kernel"),
                                          testing::ValuesIn(kCalls)),
                         Name);

}  // namespace
}  // namespace signet::test
