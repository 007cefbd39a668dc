// SPDX-License-Identifier: MIT
//
// Every option of sealing with every use of the API: the loader's own records must stand a backend
// that is raised by the program, seals that come before and after libraries, and all of it again.
#include <gtest/gtest.h>

#include "tests/support/ways.h"

namespace signet::test {
namespace {

class ApiOptions
    : public testing::TestWithParam<std::tuple<const char*, const char*, const char*>> {};

TEST_P(ApiOptions, SealsAreKept) {
  const auto [backend, kinds, dlopen_seal] = GetParam();
  const bool is_none = std::string_view(backend) == "none";
  const RunResult result =
      Start(Way::kCommand, Module("attack-api"),
            {Module("libattack-code.so"), Module("libattack-code-with-bss.so")},
            {.loader_options = {std::string("--backend=") + backend, std::string("--seal=") + kinds,
                                std::string("--dlopen-seal=") + dlopen_seal}});
  const std::string seals =
      is_none ? "mseal: Function not implemented, again: Function not implemented, is sealed: 0, "
                "mprotect: done"
              : "mseal: done, again: done, is sealed: 1, mprotect: Operation not permitted";
  std::string wanted;
  for (int i = 1; i <= 4; ++i) {
    wanted += seals + (i <= 2 ? ", dlopen: done" : "") +
              ", own ranges: " + std::to_string(is_none ? 0 : i) + "\n";
  }
  EXPECT_EQ(result.exit_status, 0) << result;
  EXPECT_EQ(result.out, wanted) << result;
}

// The guard keeps seals that a program asks for by the number of the system call.
TEST(ApiBySyscall, GuardKeepsSeals) {
  for (const char* backend : {"guard", "seccomp"}) {
    const RunResult result =
        Start(Way::kCommand, Module("attack-api-syscall"), {},
              {.loader_options = {std::string("--backend=") + backend, "--seal=none"}});
    std::string wanted;
    for (int i = 1; i <= 4; ++i) {
      wanted +=
          "mseal: done, again: done, is sealed: 1, mprotect: Operation not permitted, own "
          "ranges: " +
          std::to_string(i) + "\n";
    }
    EXPECT_EQ(result.out, wanted) << backend << result;
  }
}

INSTANTIATE_TEST_SUITE_P(, ApiOptions,
                         testing::Combine(testing::Values("kernel", "guard", "seccomp", "none"),
                                          testing::Values("none", "default", "+data", "marked",
                                                          "none,+relro"),
                                          testing::Values("always", "nodelete", "never")),
                         [](const auto& test) {
                           std::string name = std::string(std::get<0>(test.param)) + "_" +
                                              std::get<1>(test.param) + "_" +
                                              std::get<2>(test.param);
                           std::erase_if(name, [](char c) { return c == '+' || c == ','; });
                           return name;
                         });

}  // namespace
}  // namespace signet::test
