// SPDX-License-Identifier: MIT
//
// Other projects build with the installed headers, which they find by pkg-config and by CMake.
#include <gtest/gtest.h>

#include <filesystem>
#include <fstream>
#include <set>

#include "tests/support/capability.h"
#include "tests/support/process.h"
#include "tests/support/temporary_directory.h"
#include "tests/support/ways.h"

namespace signet::test {
namespace {

constexpr const char* kEnv = "/usr/bin/env";  // searches PATH

class Install : public testing::Test {
 protected:
  void SetUp() override {
    // Two installations of one build disturb each other.
    const RunResult result = RunProgram({kEnv, "flock", SIGNET_TEST_BUILD, "cmake", "--install",
                                         SIGNET_TEST_BUILD, "--prefix", directory_.path()});
    ASSERT_EQ(result.exit_status, 0) << result;
  }

  std::filesystem::path Path(const char* name) const { return directory_ / name; }

  // Runs the example under the installed loader.
  void ExpectSealed(const std::filesystem::path& program, const std::filesystem::path& loader) {
    std::ofstream(Path("configuration")) << "answer=42\n";
    const RunResult result = RunProgram({loader, program, Path("configuration")});
    EXPECT_EQ(result.exit_status, 0) << result;
    EXPECT_TRUE(result.out.starts_with("configuration: answer=42 (sealed)\n")) << result;
  }

 private:
  TemporaryDirectory directory_;
};

// The decoders and the records between loader and tool may change with every version.
TEST_F(Install, PublicHeadersOnly) {
  std::set<std::string> headers;
  for (const auto& entry : std::filesystem::recursive_directory_iterator(Path("include")))
    headers.insert(entry.path().lexically_relative(Path("include")));
  EXPECT_EQ(headers, (std::set<std::string>{"signet", "signet/ledger.h", "signet/range.h",
                                            "signet/signet.h"}));
}

// The tool finds the loader that was installed with it.
TEST_F(Install, ToolFindsTheLoader) {
  const RunResult result = RunProgram({Path("bin/signet"), "run", "/bin/echo", "hello"});
  EXPECT_EQ(result.exit_status, 0) << result;
  EXPECT_EQ(result.out, "hello\n");
}

TEST_F(Install, PkgConfig) {
  if (const std::string missing = MissingProgramReason("pkg-config"); !missing.empty())
    SIGNET_SKIP_WITHOUT(kPrograms, missing);
  const std::vector<std::string> environment =
      WithVariables(BaseEnvironment(),
                    {"PKG_CONFIG_PATH=" + Path(SIGNET_TEST_INSTALL_LIBDIR "/pkgconfig").string()});
  const std::string build = "cc $(pkg-config --cflags signet) " SIGNET_TEST_EXAMPLES
                            "/sealed-config.c -o " +
                            Path("example").string() + " && pkg-config --variable=loader signet";
  const RunResult result = RunProgram({"/bin/sh", "-c", build}, environment);
  ASSERT_EQ(result.exit_status, 0) << result;
  ExpectSealed(Path("example"), result.out.substr(0, result.out.find('\n')));
}

TEST_F(Install, FindPackage) {
  std::filesystem::create_directory(Path("project"));
  std::ofstream(Path("project/CMakeLists.txt"))
      << "cmake_minimum_required(VERSION 3.25)\n"
         "project(Example LANGUAGES C)\n"
         "find_package(Signet 0.2 REQUIRED)\n"
         "add_executable(example " SIGNET_TEST_EXAMPLES
         "/sealed-config.c)\n"
         "target_link_libraries(example PRIVATE Signet::signet)\n"
         "file(WRITE ${CMAKE_BINARY_DIR}/loader ${Signet_LOADER})\n";
  const RunResult configured =
      RunProgram({kEnv, "cmake", "-S", Path("project"), "-B", Path("build"),
                  "-DCMAKE_PREFIX_PATH=" + Path(".").string()});
  ASSERT_EQ(configured.exit_status, 0) << configured;
  const RunResult built = RunProgram({kEnv, "cmake", "--build", Path("build")});
  ASSERT_EQ(built.exit_status, 0) << built;
  std::string loader;
  std::getline(std::ifstream(Path("build/loader")), loader);
  ExpectSealed(Path("build/example"), loader);
}

}  // namespace
}  // namespace signet::test
