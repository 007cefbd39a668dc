// SPDX-License-Identifier: MIT
//
// Code on a file system that is mounted noexec. The kernel refuses to map it as executable, and no
// way to start a program may make it executable by other means: not for a library, not for one that
// is preloaded or opened, not for a program, and whatever segment the code is in.
#include <gtest/gtest.h>

#include <filesystem>

#include "tests/support/capability.h"
#include "tests/support/mount_namespace.h"
#include "tests/support/temporary_directory.h"
#include "tests/support/ways.h"

namespace signet::test {
namespace {

namespace fs = std::filesystem;
using Strings = std::vector<std::string>;

constexpr const char* kRefused = "failed to map segment from shared object";

class Noexec : public testing::TestWithParam<std::tuple<Way, const char*>> {
 protected:
  void SetUp() override {
    if (!CanMakeMountNamespace())
      SIGNET_SKIP_WITHOUT(kUserns, "mount namespaces cannot be made here");
    if (const std::string reason = MissingReason(library()); !reason.empty())
      SIGNET_SKIP_WITHOUT(kPrograms, reason);
  }

  static Way way() { return std::get<0>(GetParam()); }
  static std::string kind() { return std::get<1>(GetParam()); }
  static std::string library() { return "libattack-" + kind() + ".so"; }

  // `file` of the test modules, on a file system mounted with `options`.
  StartOptions With(const std::string& file, const std::string& mount_options) {
    StartOptions options;
    const std::string mounted = directory_.path().string();
    options.wrapper =
        InMountNamespace("mount -t tmpfs -o " + mount_options + " tmpfs " + mounted + " && cp " +
                         Module(file).string() + " " + mounted + " && exec \"$@\"");
    return options;
  }
  std::string Mounted(const std::string& file) const { return directory_.path() / file; }

  RunResult RunLinked(const std::string& mount_options) {
    StartOptions options = With(library(), mount_options);
    options.environment = {"LD_LIBRARY_PATH=" + directory_.path().string()};
    return Start(way(), Module("attack-calls-" + kind()), {}, options);
  }

 private:
  TemporaryDirectory directory_;
};

TEST_P(Noexec, Library) {
  EXPECT_EQ(RunLinked("exec").out, "the library says 7\n");
  const RunResult result = RunLinked("noexec");
  EXPECT_EQ(result.exit_status, 127) << result;
  EXPECT_EQ(result.out, "");
  EXPECT_NE(result.err.find(library() + ": " + kRefused), std::string::npos) << result;
}

TEST_P(Noexec, PreloadedLibrary) {
  StartOptions options = With(library(), "noexec");
  options.environment = {"LD_PRELOAD=" + Mounted(library())};
  const RunResult result = Start(way(), Module("attack-calls-code"), {}, options);
  EXPECT_EQ(result.out, "the library says 7\n");
  // The wrapper's own programs say that there is no such file yet.
  EXPECT_TRUE(result.err.ends_with("ERROR: ld.so: object '" + Mounted(library()) +
                                   "' from LD_PRELOAD cannot be preloaded (" + kRefused +
                                   "): ignored.\n"))
      << result;
}

TEST_P(Noexec, OpenedLibrary) {
  const fs::path program = Module("attack-opens");
  EXPECT_EQ(Start(way(), program, {Mounted(library())}, With(library(), "exec")).out,
            "the library says 7\n");
  const RunResult result = Start(way(), program, {Mounted(library())}, With(library(), "noexec"));
  EXPECT_EQ(result.exit_status, 1) << result;
  EXPECT_EQ(result.out.rfind(Mounted(library()) + ": " + kRefused, 0), 0u) << result;
}

INSTANTIATE_TEST_SUITE_P(
    , Noexec,
    testing::Combine(testing::Values(Way::kSystem, Way::kCommand, Way::kInterp, Way::kNever),
                     testing::Values("code", "writable-code", "code-with-bss", "textrel")),
    [](const auto& test) {
      std::string name =
          std::string(ToString(std::get<0>(test.param))) + "_" + std::get<1>(test.param);
      for (char& c : name) c = c == '-' ? '_' : c;
      return name;
    });

// As a PT_INTERP the kernel refuses by itself: it does not execute the file.
class NoexecProgram : public testing::TestWithParam<Way> {};

TEST_P(NoexecProgram, RunByCommand) {
  if (!CanMakeMountNamespace())
    SIGNET_SKIP_WITHOUT(kUserns, "mount namespaces cannot be made here");
  const TemporaryDirectory directory;
  const std::string program = directory.path() / "attack-program";
  const auto run = [&](const std::string& mount_options, const Strings& loader_options) {
    StartOptions options;
    options.loader_options = loader_options;
    options.wrapper = InMountNamespace(
        "mount -t tmpfs -o " + mount_options + " tmpfs " + directory.path().string() + " && cp " +
        Module("attack-program").string() + " " + program + " && exec \"$@\"");
    return Start(GetParam(), program, {}, options);
  };
  EXPECT_EQ(run("exec", {}).out, "the library says 7\n");
  const auto expect_refusal = [&](const RunResult& result, const char* message) {
    EXPECT_NE(result.exit_status, 0) << result;
    EXPECT_EQ(result.out, "");
    EXPECT_NE(result.err.find(program + ": " + message), std::string::npos) << result;
  };
  // Signet asks execve's question first. What is only listed is mapped, too.
  expect_refusal(run("noexec", {}),
                 GetParam() == Way::kCommand ? "cannot execute: Permission denied" : kRefused);
  expect_refusal(run("noexec", {"--list"}), kRefused);
}

INSTANTIATE_TEST_SUITE_P(, NoexecProgram, testing::Values(Way::kSystemCommand, Way::kCommand),
                         [](const auto& test) { return std::string(ToString(test.param)); });

}  // namespace
}  // namespace signet::test
