// SPDX-License-Identifier: MIT
//
// A program that is run by command: the kernel's execve has looked at the loader's file, not at the
// program's. So the loader asks for the program what execve would ask. The oracle is execve itself.
#include <fcntl.h>
#include <gtest/gtest.h>
#include <sys/stat.h>
#include <sys/sysmacros.h>
#include <unistd.h>

#include <filesystem>
#include <string>
#include <vector>

#include "tests/support/capability.h"
#include "tests/support/process.h"
#include "tests/support/temporary_directory.h"
#include "tests/support/ways.h"

namespace signet::test {
namespace {

namespace fs = std::filesystem;
using Strings = std::vector<std::string>;

constexpr uid_t kRootUser = 0;
constexpr uid_t kNobody = 65534;
constexpr int kNotPermitted = 126;
constexpr const char* kPermissionDenied = "Permission denied\n";

enum class By { kLoader, kTool };

std::string ByName(const testing::TestParamInfo<By>& info) {
  return info.param == By::kTool ? "tool" : "loader";
}

// A loader, the tool and a program, where every user can reach them.
class Permission : public testing::TestWithParam<By> {
 protected:
  Permission() {
    fs::create_directory(directory_ / "bin");
    fs::create_directory(directory_ / "lib");
    fs::copy_file(Tool(), directory_ / "bin/signet");
    fs::copy_file(Loader(), directory_ / "lib/ld-signet.so");
    fs::copy_file(Module("hello-libc"), program_);
  }

  void SetMode(mode_t mode) const { ASSERT_EQ(chmod(program_.c_str(), mode), 0); }
  void SetOwner(uid_t owner) const { ASSERT_EQ(chown(program_.c_str(), owner, 0), 0); }

  Strings Command(const Strings& options = {}) const {
    Strings command = GetParam() == By::kTool ? Strings{directory_ / "bin/signet", "run"}
                                              : Strings{directory_ / "lib/ld-signet.so"};
    command.insert(command.end(), options.begin(), options.end());
    return command;
  }

  // Behind `wrapper`, as `user`.
  RunResult Run(const std::string& program, const Strings& wrapper = {},
                std::optional<uid_t> user = {}, const Strings& options = {}) const {
    Strings command = wrapper;
    for (const std::string& argument : Command(options)) command.push_back(argument);
    command.push_back(program);
    return RunProgram(command, BaseEnvironment(), {.user = user});
  }

  // The loader's words differ from the tool's.
  std::string Refusal(const fs::path& file, const std::string& error) const {
    if (GetParam() == By::kTool) return "signet: " + file.string() + ": " + error;
    return file.string() + ": error while loading shared libraries: " + file.string() +
           ": cannot execute: " + error;
  }

  static void ExpectRuns(const RunResult& result) {
    EXPECT_EQ(result.exit_status, 7) << result;
    EXPECT_EQ(result.out, "hello from libc\narguments: 0\n");
  }

  static void ExpectRefused(const RunResult& result, const std::string& message) {
    EXPECT_EQ(result.exit_status, kNotPermitted) << result;
    EXPECT_EQ(result.out, "");
    EXPECT_EQ(result.err, message);
  }

  TemporaryDirectory directory_;
  const fs::path program_ = directory_ / "program";
};
INSTANTIATE_TEST_SUITE_P(, Permission, testing::Values(By::kLoader, By::kTool), ByName);

TEST_P(Permission, OfOnesOwnFile) {
  SetMode(0755);
  ExpectRuns(Run(program_));
  for (const mode_t mode : {0644, 0444, 0666}) {
    SetMode(mode);
    ExpectRefused(Run(program_), Refusal(program_, kPermissionDenied));
  }
}

// Every mode: all bits of owner, group and others. A user who may not read the file is refused when
// it is opened.
TEST_P(Permission, IsTheKernelsForEveryMode) {
  if (geteuid() != 0) SIGNET_SKIP_WITHOUT(kRoot, "only root can run programs as several users");
  for (const uid_t owner : {kRootUser, kNobody}) {
    SetOwner(owner);
    for (const uid_t user : {kRootUser, kNobody}) {
      for (mode_t bits = 0; bits < 8; ++bits) {
        const mode_t mode = 0444 | (bits & 4) << 4 | (bits & 2) << 2 | (bits & 1);
        SetMode(mode);
        SCOPED_TRACE(testing::Message()
                     << "owner " << owner << ", user " << user << ", mode " << std::oct << mode);
        const RunResult kernel = RunProgram({program_}, BaseEnvironment(), {.user = user});
        const RunResult signet = Run(program_, {}, user);
        if (kernel.exit_status == 7) {
          ExpectRuns(signet);
        } else {
          EXPECT_TRUE(kernel.err.ends_with(kPermissionDenied)) << kernel;
          ExpectRefused(signet, Refusal(program_, kPermissionDenied));
        }
      }
    }
  }
}

// access(2) would ask for the real user.
TEST_P(Permission, IsTheEffectiveUsers) {
  if (geteuid() != 0) SIGNET_SKIP_WITHOUT(kRoot, "only root can have two users");
  SetMode(0744);
  ExpectRuns(Run(program_, {"/usr/bin/setpriv", "--ruid=65534"}));
  ExpectRefused(Run(program_, {"/usr/bin/setpriv", "--euid=65534"}),
                Refusal(program_, kPermissionDenied));
}

TEST_P(Permission, OfWhatIsNoFile) {
  ExpectRefused(Run("/dev/null"), Refusal("/dev/null", kPermissionDenied));
  EXPECT_EQ(Run(directory_.path()).exit_status, kNotPermitted);
  if (geteuid() != 0) SIGNET_SKIP_WITHOUT(kRoot, "only root can make a device");
  const fs::path device = directory_ / "zero";
  if (mknod(device.c_str(), S_IFCHR | 0777, makedev(1, 5)) != 0)
    SIGNET_SKIP_WITHOUT(kRoot, "devices cannot be made here");
  ExpectRefused(Run(device), Refusal(device, kPermissionDenied));
}

// On an old kernel (ENOSYS), and under a filter that does not know the call (EPERM).
TEST_P(Permission, IsAskedForWithoutFaccessat2) {
  for (const std::string error : {"38", "1"}) {
    const Strings wrapper = {SIGNET_TEST_MSEAL_ERRNO, error, "--call", "439"};
    SetMode(0755);
    ExpectRuns(Run(program_, wrapper));
    SetMode(0644);
    ExpectRefused(Run(program_, wrapper), Refusal(program_, kPermissionDenied));
  }
}

// ldd lists libraries, too.
TEST_P(Permission, IsNotNeededToList) {
  SetMode(0644);
  const RunResult result = Run(program_, {}, {}, {"--list"});
  if (GetParam() == By::kTool) {
    ExpectRefused(result, Refusal(program_, kPermissionDenied));
  } else {
    EXPECT_EQ(result.exit_status, 0) << result;
    EXPECT_NE(result.out.find("libc.so.6"), std::string::npos) << result;
  }
}

TEST_P(Permission, OfLibrariesIsNotAskedFor) {
  fs::copy_file(Module("deps/one/libwhere.so"), directory_ / "libwhere.so");
  fs::permissions(directory_ / "libwhere.so", fs::perms(0444));
  fs::copy_file(Module("deps/no-path"), program_, fs::copy_options::overwrite_existing);
  const RunResult result = Run(program_, {}, {}, {"--library-path", directory_.path().string()});
  EXPECT_EQ(result, (RunResult{.exit_status = 0, .out = "where: one\n"}));
}

// execve would give it the rights of its owner. A loader that is run by command cannot.
TEST_P(Permission, OfASetUserIdProgramGivesNoPrivilege) {
  if (geteuid() != 0) SIGNET_SKIP_WITHOUT(kRoot, "only root can make a set-user-ID program");
  const std::string id = "/usr/bin/id";
  fs::copy_file(id, program_, fs::copy_options::overwrite_existing);
  const auto run = [&](mode_t mode) {
    SetMode(mode);
    return Run(program_, AsNobody(), {}, {"--trace=files"});
  };
  const std::string remark = program_.string() + ": ";
  const std::string lost = " runs without privilege, because it is run by command\n";
  const RunResult plain = run(0755);
  EXPECT_EQ(plain.err.find(lost), std::string::npos) << plain;
  EXPECT_EQ(plain.out.find("euid="), std::string::npos) << plain;
  for (const auto& [mode, kind] :
       {std::pair{04755, "a set-user-ID program"}, std::pair{02755, "a set-group-ID program"},
        std::pair{06755, "a set-user-ID program"}}) {
    const RunResult result = run(mode);
    EXPECT_EQ(result.out, plain.out);
    EXPECT_EQ(result.exit_status, 0);
    EXPECT_NE(result.err.find("ld-signet: files: " + remark + kind + lost), std::string::npos)
        << result;
  }
  // Without the group's x bit the bit means something else.
  EXPECT_EQ(run(02745).err.find(lost), std::string::npos);
}

// A file that is open for writing may be read, and has its x bit; execve refuses it.
class Restricted : public Permission {
 protected:
  void SetUp() override {
    const RunResult result = RunProgram({restrictor_, "/bin/true"});
    if (result.exit_status == 99)
      SIGNET_SKIP_WITHOUT(kNewKernel, "this kernel does not check what is executed");
    ASSERT_EQ(result.exit_status, 0) << result;
    SetMode(0755);
  }

  const std::string restrictor_ = Module("attack-securebits");
};
INSTANTIATE_TEST_SUITE_P(, Restricted, testing::Values(By::kLoader, By::kTool), ByName);

TEST_P(Restricted, ByTheKernelsOwnAnswer) {
  ExpectRuns(Run(program_, {restrictor_}));
  const int writer = open(program_.c_str(), O_WRONLY | O_CLOEXEC);
  ASSERT_GE(writer, 0);
  ExpectRuns(Run(program_));
  const RunResult result = Run(program_, {restrictor_});
  close(writer);
  ExpectRefused(result, program_.string() + ": error while loading shared libraries: " +
                            program_.string() + ": cannot execute: Text file busy\n");
}

TEST_P(Restricted, ForAnOrdinaryUser) {
  if (geteuid() != 0) SIGNET_SKIP_WITHOUT(kRoot, "only root can run programs as several users");
  if (!OthersReachModules()) GTEST_SKIP() << ModuleDirectory() << " is closed to the other user";
  SetMode(0744);
  ExpectRuns(Run(program_, {restrictor_}));
  ExpectRefused(Run(program_, {restrictor_}, kNobody), Refusal(program_, kPermissionDenied));
}

// PATH is searched as execvp does it: what this user may not execute is passed over.
class PathSearch : public testing::TestWithParam<std::string> {};

TEST_P(PathSearch, GoesOnBehindWhatIsForbidden) {
  if (geteuid() != 0) SIGNET_SKIP_WITHOUT(kRoot, "only root can run programs as several users");
  if (!OthersReachModules()) GTEST_SKIP() << ModuleDirectory() << " is closed to the other user";
  const TemporaryDirectory directory;
  const auto place = [&](const std::string& where, const fs::path& program, mode_t mode) {
    fs::create_directories(directory / where);
    const fs::path file = directory / where / "program";
    fs::copy_file(program, file);
    ASSERT_EQ(chmod(file.c_str(), mode), 0);
  };
  place("none", "/bin/false", 0644);
  place("roots", "/bin/false", 0744);
  place("closed", "/bin/false", 0755);
  fs::permissions(directory / "closed", fs::perms(0700));
  place("all", "/bin/echo", 0755);
  const auto path = [&](const Strings& names) {
    std::string value = "PATH=";
    for (const std::string& name : names) value += (directory / name).string() + ":";
    return WithVariables(BaseEnvironment(), {value + "/nowhere"});
  };
  // env(1) calls execvp.
  const Strings command = GetParam() == "env" ? Strings{"/usr/bin/env"} : Strings{Tool(), "run"};
  const auto run = [&](const Strings& names, uid_t user) {
    Strings argv = command;
    argv.insert(argv.end(), {"program", "found"});
    return RunProgram(argv, path(names), {.user = user});
  };
  EXPECT_EQ(run({"none", "all"}, kRootUser).out, "found\n");
  EXPECT_EQ(run({"none", "roots", "closed", "all"}, kNobody).out, "found\n");
  const RunResult result = run({"none", "roots"}, kNobody);
  EXPECT_EQ(result.exit_status, kNotPermitted);
  EXPECT_TRUE(result.err.ends_with(kPermissionDenied)) << result;
  EXPECT_EQ(run({"closed"}, kNobody).exit_status, kNotPermitted);
  EXPECT_EQ(run({}, kNobody).exit_status, 127);
}

INSTANTIATE_TEST_SUITE_P(, PathSearch, testing::Values("env", "tool"),
                         [](const auto& test) { return test.param; });

}  // namespace
}  // namespace signet::test
