// SPDX-License-Identifier: MIT
//
// Memory of the loader that never changes after the start cannot be changed: its code, what it
// writes once, and ld.so.cache, which chooses the files of later libraries.
#include <gtest/gtest.h>

#include "tests/support/capability.h"
#include "tests/support/kernel.h"
#include "tests/support/ways.h"

namespace signet::test {
namespace {

class LoaderMemory : public testing::TestWithParam<std::tuple<Way, const char*>> {
 protected:
  void SetUp() override {
    if (std::get<1>(GetParam()) == std::string_view("kernel") && !KernelHasMseal())
      SIGNET_SKIP_WITHOUT(kMseal, "this kernel has no mseal");
  }

  static void ExpectSealed(const std::string& name, const std::string& permissions) {
    const auto [way, backend] = GetParam();
    StartOptions options;
    if (IsCommand(way)) options.loader_options = {std::string("--backend=") + backend};
    const RunResult result = Start(way, Module("attack-mapping"), {name, permissions}, options);
    EXPECT_EQ(result.out,
              "mprotect: Operation not permitted\n"
              "mmap: Operation not permitted\n"
              "munmap: Operation not permitted\n")
        << result;
  }
};

TEST_P(LoaderMemory, Code) { ExpectSealed("/ld-signet.so", "r-xp"); }
TEST_P(LoaderMemory, Cache) { ExpectSealed("/etc/ld.so.cache", "r--p"); }

INSTANTIATE_TEST_SUITE_P(ByCommand, LoaderMemory,
                         testing::Combine(testing::Values(Way::kCommand),
                                          testing::Values("kernel", "guard", "seccomp")),
                         [](const auto& test) { return std::string(std::get<1>(test.param)); });
INSTANTIATE_TEST_SUITE_P(AsInterpreter, LoaderMemory,
                         testing::Values(std::tuple(Way::kInterp, "kernel")),
                         [](const auto& test) { return std::string(std::get<1>(test.param)); });

// What is written once lies in anonymous memory right behind the code.
TEST(LoaderMemoryInTheReport, WrittenOnceIsRelro) {
  const RunResult result =
      RunProgram({Tool().string(), "dump", "--", Module("attack-mapping").string()});
  EXPECT_NE(result.out.find(" r--p  relro    kernel ld-signet.so\n"), std::string::npos) << result;
  EXPECT_NE(result.out.find(" rw-p  data     no     ld-signet.so\n"), std::string::npos) << result;
}

// The loader as a program. Nobody else may close what it writes once.
TEST(LoaderAsAProgram, RunsUnderItselfAndUnderTheSystemsLoader) {
  for (const std::filesystem::path& loader : {Loader(), SystemLoader()}) {
    const RunResult result = RunProgram({loader.string(), Loader().string(), "/bin/echo", "hello"});
    EXPECT_EQ(result.out, "hello\n") << loader << result;
  }
}

}  // namespace
}  // namespace signet::test
