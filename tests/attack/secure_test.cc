// SPDX-License-Identifier: MIT
//
// Programs that have more rights than their caller (AT_SECURE). The caller chooses arguments,
// environment, current directory, descriptors, and by which path the file is reached. None of that
// may bring code of his into the process.
//
// There are two kinds: a set-user-ID file, and a process with two users that runs the loader by
// command.
#include <gtest/gtest.h>
#include <sys/stat.h>
#include <sys/statvfs.h>
#include <unistd.h>

#include <algorithm>
#include <filesystem>
#include <sstream>
#include <string>
#include <vector>

#include "tests/support/capability.h"
#include "tests/support/load_test.h"
#include "tests/support/mount_namespace.h"
#include "tests/support/temporary_directory.h"

namespace signet::test {
namespace {

namespace fs = std::filesystem;
using Strings = std::vector<std::string>;

constexpr uid_t kNobody = 65534;

// A directory of the caller's, with a copy of the loader that everybody can reach.
class Secure : public LoadTest {
 protected:
  void SetUp() override {
    if (geteuid() != 0)
      SIGNET_SKIP_WITHOUT(kRoot, "only root can make a set-user-ID program of root's");
    if (!CanMakeMountNamespace())
      SIGNET_SKIP_WITHOUT(kUserns, "mount namespaces cannot be made here");
    struct statvfs mounted = {};
    if (statvfs(home_.path().c_str(), &mounted) != 0 || (mounted.f_flag & ST_NOSUID) != 0)
      SIGNET_SKIP_WITHOUT(kRoot, home_.path() << " gives no set-user-ID program its rights");
    if (!OthersReachModules())
      GTEST_SKIP() << ModuleDirectory() << " is closed to the user who would run it";
    fs::copy_file(Loader(), home_ / "ld");
  }

  // Copies a test module to `file`, as a program that will be secure.
  void Place(const std::string& module, const fs::path& file) const {
    if (way() == Way::kInterp) {
      fs::copy_file(InterpCopy(Module(module), home_ / "ld").path(), file);
    } else {
      fs::copy_file(Module(module), file);
    }
    ASSERT_EQ(chmod(file.c_str(), IsCommand(way()) ? 0755 : 04755), 0);
  }

  // Executes the rest as the caller.
  Strings Caller() const {
    if (IsCommand(way())) return {"/usr/bin/setpriv", "--ruid=65534"};
    return AsNobody();
  }

  Strings Started(const Strings& program) const {
    if (!IsCommand(way())) return program;
    return Joined({IsSignet(way()) ? home_ / "ld" : SystemLoader()}, program);
  }

  static Strings Joined(Strings first, const Strings& second) {
    first.insert(first.end(), second.begin(), second.end());
    return first;
  }

  struct Surroundings {
    std::string script = {};      // run first, as root of a mount namespace
    Strings environment = {};     // all of it, and only of the program
    fs::path directory = "/tmp";  // the current one
  };
  RunResult Run(const Strings& program, const Surroundings& surroundings) const {
    Strings command = InMountNamespace(surroundings.script + "\nexec \"$@\"");
    command = Joined(Joined(command, Caller()), {"/usr/bin/env", "-i"});
    command = Joined(Joined(command, surroundings.environment), Started(program));
    return RunProgram(command, BaseEnvironment(), {.directory = surroundings.directory});
  }

  static void ExpectNotFound(const RunResult& result, const std::string& library) {
    EXPECT_EQ(result.exit_status, 127) << result;
    EXPECT_EQ(result.out, "");
    EXPECT_NE(result.err.find(": error while loading shared libraries: " + library +
                              ": cannot open shared object file: No such file"),
              std::string::npos)
        << result;
  }

  TemporaryDirectory home_;
};

// Of the lists in glibc's unsecvars.h and dl-tunables.list, up to 2.43, and everything that begins
// as the loader's own variables do.
const Strings kRemoved = {"GCONV_PATH",
                          "GETCONF_DIR",
                          "GLIBC_TUNABLES",
                          "HOSTALIASES",
                          "LD_AUDIT",
                          "LD_BIND_NOT",
                          "LD_BIND_NOW",
                          "LD_DEBUG",
                          "LD_DEBUG_OUTPUT",
                          "LD_DYNAMIC_WEAK",
                          "LD_HWCAP_MASK",
                          "LD_LIBRARY_PATH",
                          "LD_ORIGIN_PATH",
                          "LD_PRELOAD",
                          "LD_PROFILE",
                          "LD_PROFILE_OUTPUT",
                          "LD_SHOW_AUXV",
                          "LD_USE_LOAD_BIAS",
                          "LD_VERBOSE",
                          "LD_WARN",
                          "LD_WHATEVER",
                          "LOCALDOMAIN",
                          "LOCPATH",
                          "MALLOC_ARENA_MAX",
                          "MALLOC_ARENA_TEST",
                          "MALLOC_CHECK_",
                          "MALLOC_MMAP_MAX_",
                          "MALLOC_MMAP_THRESHOLD_",
                          "MALLOC_PERTURB_",
                          "MALLOC_TOP_PAD_",
                          "MALLOC_TRACE",
                          "MALLOC_TRIM_THRESHOLD_",
                          "NIS_PATH",
                          "NLSPATH",
                          "RESOLV_HOST_CONF",
                          "RES_OPTIONS",
                          "SIGNET_LOADER",
                          "SIGNET_OPTIONS",
                          "SIGNET_SEAL",
                          "TMPDIR",
                          "TZDIR"};
// Names that only resemble the others, and variables that glibc passes on.
const Strings kKept = {"KEPT=1",    "PATH=/bin", "TZ=UTC",      "TMPDIRS=1", "TMPDI=1",
                       "XTMPDIR=1", "TZDIRS=1",  "LOCPATHS=1",  "LD=1",      "MALLOC_CONF=1",
                       "MALLOC_=1", "SIGNET=1",  "RES_OPTION=1"};

// The programs of every libc, and none.
class SecureEnvironment : public Secure {
 protected:
  Strings RunWith(const std::string& program, const Strings& environment) {
    if (!fs::exists(home_ / program)) Place(program, home_ / program);
    const RunResult result = Run({home_ / program}, {.environment = environment});
    EXPECT_EQ(result.exit_status, 0) << result;
    Strings lines;
    std::istringstream text(result.out);
    for (std::string line; std::getline(text, line);) lines.push_back(line);
    return lines;
  }
};
INSTANTIATE_TEST_SUITE_P(, SecureEnvironment,
                         testing::Values(Way::kSystem, Way::kInterp, Way::kCommand), WayName);

// A variable of every name that is removed, one of them twice, between those that are kept.
Strings EveryVariable() {
  Strings environment = kKept;
  for (const std::string& name : kRemoved) environment.push_back(name + "=/no/such/file");
  environment.push_back("TMPDIR=again");
  return environment;
}

Strings WhatIsLeft(const Strings& environment) {
  Strings lines = {"AT_SECURE: 1"};
  lines.insert(lines.end(), environment.begin(), environment.end());
  return lines;
}

TEST_P(SecureEnvironment, IsCleaned) {
  const Strings seen = RunWith("attack-environment-glibc", EveryVariable());
  if (IsSignet(way())) {
    EXPECT_EQ(seen, WhatIsLeft(kKept));
    return;
  }
  // An older ld.so removes less, but all that Signet passes on it passes on, too.
  for (const std::string& line : WhatIsLeft(kKept)) {
    EXPECT_NE(std::find(seen.begin(), seen.end(), line), seen.end()) << line;
  }
}

TEST_P(SecureEnvironment, MayBecomeEmpty) {
  EXPECT_EQ(RunWith("attack-environment-glibc", {"TMPDIR=x", "LD_LIBRARY_PATH=/no/such/directory"}),
            WhatIsLeft({}));
}

// No libc's interpreter does it for these. The auxiliary vector stays right behind the environment,
// where a program without libc looks for it; ld.so leaves a hole there.
class SecureEnvironmentBySignet : public SecureEnvironment {};
INSTANTIATE_TEST_SUITE_P(, SecureEnvironmentBySignet, testing::Values(Way::kInterp, Way::kCommand),
                         WayName);

TEST_P(SecureEnvironmentBySignet, IsCleanedWithoutLibc) {
  EXPECT_EQ(RunWith("attack-environment", EveryVariable()), WhatIsLeft(kKept));
  EXPECT_EQ(RunWith("attack-environment", {"TMPDIR=x", "LD_BIND_NOW=1"}), WhatIsLeft({}));
}

TEST_P(SecureEnvironmentBySignet, IsCleanedForMusl) {
  const std::string program = "attack-environment-musl";
  if (const std::string reason = MissingReason(program); !reason.empty())
    SIGNET_SKIP_WITHOUT(kPrograms, reason);
  EXPECT_EQ(RunWith(program, EveryVariable()), WhatIsLeft(kKept));
}

// $ORIGIN.

class SecureOrigin : public Secure {
 protected:
  void SetUp() override {
    Secure::SetUp();
    if (!fs::is_directory(kDefaultDirectory))
      SIGNET_SKIP_WITHOUT(kPrograms, kDefaultDirectory << " is not there");
  }

  // A directory of libc's package that every machine has. The tests cover it in their namespace.
  static constexpr const char* kDefaultDirectory = "/usr/lib/locale";

  // The program, with a library beside it where its DT_RUNPATH, $ORIGIN/one, looks.
  fs::path PlaceIn(const fs::path& directory) const {
    fs::create_directories(directory / "one");
    fs::copy_file(Module("attack/one/libwhere.so"), directory / "one/libwhere.so");
    Place("attack/origin", directory / "program");
    return directory / "program";
  }

  static std::string Cover(const fs::path& directory) {
    return std::string("mount --bind ") + directory.string() + " " + kDefaultDirectory;
  }

  static std::string InDefaultDirectory() { return std::string(kDefaultDirectory) + "/program"; }

  static constexpr const char* kWithoutProc = "mount -t tmpfs tmpfs /proc";
};
INSTANTIATE_TEST_SUITE_P(, SecureOrigin, testing::Values(Way::kSystem, Way::kInterp, Way::kCommand),
                         WayName);

TEST_P(SecureOrigin, MayBeADefaultDirectory) {
  PlaceIn(home_ / "default");
  const RunResult result = Run({InDefaultDirectory()}, {.script = Cover(home_ / "default")});
  EXPECT_EQ(result, (RunResult{.exit_status = 0, .out = "where: one\n"}));
}

// Without /proc the kernel does not say which file it has started. AT_EXECFN and argv[0] do, but
// that is what the caller says. A command, however, is told by its caller which program to run.
TEST_P(SecureOrigin, OfADefaultDirectoryIsUnknownWithoutProc) {
  PlaceIn(home_ / "default");
  const RunResult result =
      Run({InDefaultDirectory()}, {.script = Cover(home_ / "default") + " && " + kWithoutProc});
  if (way() == Way::kCommand) {
    EXPECT_EQ(result, (RunResult{.exit_status = 0, .out = "where: one\n"}));
  } else {
    ExpectNotFound(result, "libwhere.so");
  }
}

TEST_P(SecureOrigin, OfAHardLinkIsTheCallers) {
  const fs::path program = PlaceIn(home_ / "there");
  fs::create_directories(home_ / "here/one");
  fs::copy_file(Module("attack/one/libwhere.so"), home_ / "here/one/libwhere.so");
  fs::create_hard_link(program, home_ / "here/program");
  ExpectNotFound(Run({home_ / "here/program"}, {}), "libwhere.so");
}

TEST_P(SecureOrigin, OfASymbolicLinkInADefaultDirectoryIsWhereItLeads) {
  const fs::path program = PlaceIn(home_ / "there");
  fs::create_directories(home_ / "default/one");
  fs::create_symlink(program, home_ / "default/program");
  const RunResult result = Run({InDefaultDirectory()}, {.script = Cover(home_ / "default")});
  ExpectNotFound(result, "libwhere.so");
}

TEST_P(SecureOrigin, OfADescriptorIsItsFiles) {
  const fs::path program = PlaceIn(home_ / "default");
  const auto run = [&](const std::string& file) {
    return Run({"/proc/self/fd/5"}, {.script = Cover(home_ / "default") + " && exec 5<" + file});
  };
  ExpectNotFound(run(program), "libwhere.so");
  const RunResult result = run(InDefaultDirectory());
  if (way() == Way::kCommand) {
    ExpectNotFound(result, "libwhere.so");  // the loader is told /proc/self/fd
  } else {
    EXPECT_EQ(result, (RunResult{.exit_status = 0, .out = "where: one\n"}));
  }
}

// What the kernel starts. A command's program is what its argument says.
class SecureName : public SecureOrigin {
 protected:
  RunResult RunAs(const std::string& argv0, const fs::path& path) const {
    return RunProgram({argv0}, {},
                      {.directory = home_.path(), .executable = path, .user = kNobody});
  }
};
INSTANTIATE_TEST_SUITE_P(, SecureName, testing::Values(Way::kSystem, Way::kInterp), WayName);

TEST_P(SecureName, IsNotWhereTheProgramIs) {
  const fs::path program = PlaceIn(home_ / "there");
  const std::string liar = InDefaultDirectory();
  const RunResult result = RunAs(liar, program);
  ExpectNotFound(result, "libwhere.so");
  EXPECT_TRUE(result.err.starts_with(liar + ": ")) << result;  // that is all that argv[0] is for
}

// The kernel starts a file of any name. A program that is called like a library is not that
// library.
TEST_P(SecureName, IsNotALibrarys) {
  Place("deps/runpath-absolute", home_ / "libwhere.so");
  EXPECT_EQ(RunAs("program", "libwhere.so"), (RunResult{.exit_status = 0, .out = "where: one\n"}));
}

// A path that is in a default directory by its text alone: `link` leads three directories down in
// `directory`, and the text goes three up.
class SecureLyingPath : public SecureOrigin {
 protected:
  RunResult RunBehindALink(const fs::path& directory, const std::string& script) const {
    fs::create_directories(directory / "a/b/c");
    fs::create_directory_symlink(directory / "a/b/c", home_ / "link");
    PlaceIn(directory / std::string(kDefaultDirectory).substr(1));
    return Run({home_.path().string() + "/link/../../.." + InDefaultDirectory()},
               {.script = script});
  }
};
INSTANTIATE_TEST_SUITE_P(, SecureLyingPath,
                         testing::Values(Way::kSystem, Way::kInterp, Way::kCommand), WayName);

TEST_P(SecureLyingPath, DoesNotCount) {
  ExpectNotFound(RunBehindALink(home_ / "there", ""), "libwhere.so");
}

TEST_P(SecureLyingPath, DoesNotCountWithoutProc) {
  ExpectNotFound(RunBehindALink(home_ / "there", kWithoutProc), "libwhere.so");
}

// /proc/self/exe cannot be read if the path is longer than PATH_MAX.
TEST_P(SecureLyingPath, DoesNotCountWhereThePathIsTooLong) {
  fs::path half;
  for (int i = 0; i < 9; ++i) half /= std::string(250, 'd');
  fs::create_directories(home_ / "first" / half);
  fs::create_directory_symlink(home_ / "first" / half, home_ / "half");
  ExpectNotFound(RunBehindALink(home_ / "half" / half, ""), "libwhere.so");
}

// The current directory. ld.so follows it, if the program's author was so careless as to name it;
// Signet does not.

class SecureCurrentDirectory : public Secure {};
INSTANTIATE_TEST_SUITE_P(, SecureCurrentDirectory, testing::Values(Way::kInterp, Way::kCommand),
                         WayName);

TEST_P(SecureCurrentDirectory, IsNotSearched) {
  const fs::path here = Module("attack");
  const std::pair<const char*, fs::path> cases[] = {
      {"relative-runpath", here}, {"relative-rpath", here}, {"empty-runpath", here / "one"}};
  for (const auto& [module, directory] : cases) {
    SCOPED_TRACE(module);
    const std::string program = std::string("attack/") + module;
    ExpectRun(program, {.out = "where: one\n"}, {}, {.run = {.directory = directory}});
    Place(program, home_ / module);
    ExpectNotFound(Run({home_ / module}, {.directory = directory}), "libwhere.so");
  }
}

TEST_P(SecureCurrentDirectory, IsNotWhereARelativeNameLeads) {
  const fs::path here = Module("attack");
  ExpectRun("attack/relative-needed", {.out = "where: one\n"}, {}, {.run = {.directory = here}});
  Place("attack/relative-needed", home_ / "program");
  ExpectNotFound(Run({home_ / "program"}, {.directory = here}), "one/libwhere.so");
}

// When the program runs, it may have chosen the directory.
TEST_P(SecureCurrentDirectory, IsTheProgramsIfItAsks) {
  Place("attack-opens", home_ / "program");
  const RunResult result =
      Run({home_ / "program", "./libattack-code.so"}, {.directory = ModuleDirectory()});
  EXPECT_EQ(result, (RunResult{.exit_status = 0, .out = "the library says 7\n"}));
}

// A file that the program opens must not become its standard error.
class SecureDescriptors : public Secure {};
INSTANTIATE_TEST_SUITE_P(, SecureDescriptors,
                         testing::Values(Way::kSystem, Way::kInterp, Way::kSystemCommand,
                                         Way::kCommand),
                         WayName);

TEST_P(SecureDescriptors, AreOpen) {
  const std::string close = "exec 0<&- 1>&- 2>&-";
  EXPECT_EQ(Start(way(), Module("attack-descriptors"), {},
                  {.wrapper = {"/bin/sh", "-c", close + "\nexec \"$@\"", "sh"}})
                .exit_status,
            0);
  Place("attack-descriptors", home_ / "program");
  const Strings closed = InMountNamespace(close + "\nexec \"$@\"");
  EXPECT_EQ(RunProgram(Joined(Joined(closed, Caller()), Started({home_ / "program"}))).exit_status,
            7);
}

}  // namespace
}  // namespace signet::test
