// SPDX-License-Identifier: MIT
//
// `signet run` on scripts and links, by the real loader. The oracle is execve.
#include <fmt/format.h>
#include <gtest/gtest.h>

#include <filesystem>
#include <fstream>
#include <string>
#include <string_view>

#include "tests/support/capability.h"
#include "tests/support/mount_namespace.h"
#include "tests/support/process.h"
#include "tests/support/temporary_directory.h"
#include "tests/support/ways.h"

namespace signet::test {
namespace {

namespace fs = std::filesystem;
using Strings = std::vector<std::string>;
using std::string_literals::operator""s;

constexpr int kProcessFailed = 255;  // tests/support/process.h: execve has failed

class RunScript : public testing::Test {
 protected:
  void SetUp() override {
    if (!fs::exists(Loader())) GTEST_SKIP() << Loader() << " is not built";
    fs::copy_file(Module("libc-names"), interpreter_);
  }

  fs::path Create(const std::string& name, const std::string& text, unsigned mode = 0755) {
    std::ofstream(directory_ / name) << text;
    fs::permissions(directory_ / name, static_cast<fs::perms>(mode));
    return directory_ / name;
  }

  // With the test's directory as the current one.
  RunResult Run(const Strings& options, const std::string& program, const Strings& wrapper = {}) {
    Strings command = wrapper;
    command.insert(command.end(), {Tool(), "run"});
    command.insert(command.end(), options.begin(), options.end());
    command.insert(command.end(), {"--", program, "one", ""});
    return RunProgram(command, BaseEnvironment(), {.directory = directory_.path()});
  }

  // The same output, or an error with the kernel's words and status 126.
  void ExpectAsExecve(const std::string& program) {
    const RunResult kernel =
        RunProgram({program, "one", ""}, BaseEnvironment(), {.directory = directory_.path()});
    const RunResult signet = Run({}, program);
    if (kernel.exit_status != kProcessFailed) {
      EXPECT_EQ(signet, kernel);
      return;
    }
    EXPECT_EQ(signet.exit_status, 126) << signet;
    EXPECT_EQ(signet.out, "");
    EXPECT_TRUE(signet.err.starts_with("signet: ")) << signet;
    EXPECT_TRUE(signet.err.ends_with(kernel.err.substr(kernel.err.rfind(':')))) << signet << kernel;
  }

  TemporaryDirectory directory_;
  const fs::path interpreter_ = directory_ / "interpreter";
};

TEST_F(RunScript, IsReadAsByTheKernel) {
  const std::string name = interpreter_;
  const std::string padding(250 - name.size(), ' ');
  for (const std::string& text : {
           "#!" + name + "\n",
           "#! \t " + name + "\t\n",
           "#!" + name + " -x\n",
           "#!" + name + "  a b\tc \t\n",
           "#!" + name,
           "#!" + name + " ",
           "#!" + name + "  ab ",
           "#!" + name + "\0 x\n"s,
           "#!" + name + " \0 x\n"s,
           "#!" + name + " x\0y\n"s,
           "#!" + name + "\r\n",
           "#!interpreter\n"s,
           "#!./interpreter x\n"s,
           "#!/nowhere/interpreter\n"s,
           "#!/usr\n"s,
           "#!"s,
           "#!\n"s,
           "#! \t\n"s,
           "# !" + name + "\n",
           "text\n"s,
           ""s,
           "#!" + padding + name + "\n",
           "#! " + padding + name + "\n",
           "#!  " + padding + name + "\n",
           "#!   " + padding + name + "\n",
           "#!    " + padding + name + "\n",
           "#!     " + padding + name + " \n",
           "#!" + name + padding + "\n",
           "#!" + name + padding + "abcdefghi\n",
           "#!" + name + " " + std::string(300, 'a'),
           "#!" + std::string(300, ' ') + name + "\n",
           "#!/" + std::string(300, 'a') + "\n",
       }) {
    SCOPED_TRACE(text);
    ExpectAsExecve(Create("script", text));
  }
}

TEST_F(RunScript, WhoseInterpreterMayNotBeExecuted) {
  const fs::path file = Create("file", "#!/bin/sh\n", 0644);
  ExpectAsExecve(Create("script", "#!" + file.string() + "\n"));
  ExpectAsExecve(Create("script", "#!/dev/null\n"));
  const fs::path script = Create("script", "#!/nowhere\n");
  const RunResult result = Run({}, script);
  EXPECT_EQ(result.exit_status, 126);
  EXPECT_EQ(result.err, fmt::format("signet: {}: interpreter '/nowhere': No such file or "
                                    "directory\n",
                                    script.string()));
}

TEST_F(RunScript, NamesAreMadePrintable) {
  const fs::path script = Create("script", "#!/no/\033]0;x\a\n");
  EXPECT_EQ(Run({}, script).err, fmt::format("signet: {}: interpreter '/no/\\x1b]0;x\\x07': No "
                                             "such file or directory\n",
                                             script.string()));
}

// A script may be the interpreter of a script, five times.
TEST_F(RunScript, ChainsAreAsLongAsTheKernels) {
  fs::path program = interpreter_;
  for (int i = 1; i <= 7; ++i) {
    program = Create(fmt::format("script-{}", i), fmt::format("#!{} {}\n", program.string(), i));
    SCOPED_TRACE(program);
    ExpectAsExecve(program);
  }
  const fs::path loop = directory_ / "loop";
  ExpectAsExecve(Create("loop", fmt::format("#!{}\n", loop.string())));
  EXPECT_EQ(
      Run({}, loop).err,
      fmt::format("signet: {}: more than 5 scripts, each the interpreter of another: Too many "
                  "levels of symbolic links\n",
                  loop.string()));
}

TEST_F(RunScript, ByALinkAndByPath) {
  Create("script", fmt::format("#!{}\n", interpreter_.string()));
  fs::create_symlink("script", directory_ / "link-to-it");
  fs::create_symlink("interpreter", directory_ / "link-to-interpreter");
  ExpectAsExecve(directory_ / "link-to-it");
  ExpectAsExecve("./link-to-it");
  ExpectAsExecve(Create("other", "#!./link-to-interpreter x\n"));
  const auto on_path =
      WithVariables(BaseEnvironment(), {"PATH=" + directory_.path().string() + ":/usr/bin:/bin"});
  EXPECT_EQ(RunProgram({Tool(), "run", "script"}, on_path),
            RunProgram({"/usr/bin/env", "script"}, on_path));
}

TEST_F(RunScript, NobodyChoosesItsArgv0) {
  const fs::path script = Create("script", fmt::format("#!{}\n", interpreter_.string()));
  EXPECT_EQ(Run({"--argv0", "chosen"}, script), Run({}, script));
}

TEST_F(RunScript, IsSealed) {
  const fs::path script = Create("script", "#!/bin/sh\ncat /proc/$$/maps\n");
  EXPECT_NE(Run({}, script).out.find("ld-signet.so"), std::string::npos);
  const RunResult result = RunProgram({Tool(), "dump", "--", script});
  EXPECT_EQ(result.exit_status, 0) << result;
  EXPECT_NE(result.out.find("libc.so.6"), std::string::npos) << result;
}

TEST_F(RunScript, NamesWhatOthersRun) {
  if (!CanMakeMountNamespace())
    SIGNET_SKIP_WITHOUT(kUserns, "mount namespaces cannot be made here");
  const std::string place = "/proc/sys/fs/binfmt_misc";
  if (!fs::exists(place)) GTEST_SKIP() << "this kernel has no binfmt_misc";
  fs::create_directory(directory_ / "handlers");
  Create("handlers/status", "enabled\n");
  Create("handlers/paint", "enabled\ninterpreter /usr/bin/paint\nflags: \nextension .picture\n");
  const fs::path picture = Create("a.picture", "#!/bin/sh\necho by itself\n");
  const Strings wrapper = InMountNamespace(fmt::format("mount --bind '{}' {} && exec \"$@\"",
                                                       (directory_ / "handlers").string(), place));
  const std::string message =
      "the kernel runs it by the binfmt_misc handler 'paint', /usr/bin/paint\n"
      "Name the handler's program instead, with the file as its argument.\n";
  for (const fs::path& program : {picture, Create("script", "#!" + picture.string() + "\n")}) {
    const RunResult result = Run({}, program, wrapper);
    EXPECT_EQ(result.exit_status, 126) << result;
    EXPECT_EQ(result.err, "signet: " + picture.string() + ": " + message);
  }
  Create("handlers/status", "disabled\n");
  EXPECT_EQ(Run({}, picture, wrapper).out, "by itself\n");
}

// Libraries beside the file, not beside the link.
TEST_F(RunScript, ALinkIsRunByItsTarget) {
  fs::create_symlink(Module("hello"), directory_ / "link");
  EXPECT_EQ(Run({}, directory_ / "link").out, RunProgram({Module("hello"), "one", ""}).out);
  fs::create_symlink("interpreter", directory_ / "named");
  ExpectAsExecve("./named");
  EXPECT_EQ(Run({"--argv0", "x"}, "./named").out,
            "process: named\nthread: named\n<x>\n<one>\n<>\n");
}

TEST_F(RunScript, WithoutProc) {
  if (!CanMakeMountNamespace())
    SIGNET_SKIP_WITHOUT(kUserns, "mount namespaces cannot be made here");
  const Strings wrapper = InMountNamespace("mount -t tmpfs none /proc && exec \"$@\"");
  fs::create_symlink("interpreter", directory_ / "link");
  for (const std::string& program : Strings{interpreter_, "./link"}) {
    const RunResult result = Run({}, program, wrapper);
    EXPECT_EQ(result.exit_status, 0) << result;
    EXPECT_EQ(result.out, Run({}, program).out);  // a sanitizer in the tool misses /proc, too
  }
}

}  // namespace
}  // namespace signet::test
