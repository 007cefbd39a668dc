// SPDX-License-Identifier: MIT
//
// How libraries are found: search paths and their order, names, and when two names mean one module.
// Most programs here ask the library libwhere.so where it was found. There are many of that name.
#include <unistd.h>

#include "tests/support/capability.h"
#include "tests/support/load_test.h"
#include "tests/support/temporary_directory.h"

namespace signet::test {
namespace {

namespace fs = std::filesystem;

std::string In(std::string_view directory) { return Module("deps/" + std::string(directory)); }

class DepsTest : public LoadTest {
 protected:
  void ExpectWhere(const std::string& program, const std::string& where,
                   const StartOptions& options = {}) {
    ExpectRun("deps/" + program, {.out = "where: " + where + "\n"}, {}, options);
  }

  void ExpectMissing(const std::string& program, const std::string& library,
                     const StartOptions& options = {}) {
    ExpectRun("deps/" + program,
              {.out = "",
               .exit_status = 127,
               .err = In(program) + ": error while loading shared libraries: " + library +
                      ": cannot open shared object file: No such file or directory\n"},
              {}, options);
  }

  // The result depends on the machine. It must be the same as under the system's ld.so.
  void ExpectWhereAsSystem(const std::string& program, const StartOptions& options = {}) {
    const RunResult system = Start(Way::kSystem, In(program), {}, options);
    ASSERT_EQ(system.exit_status, 0) << system;
    ExpectRun("deps/" + program, {.out = system.out}, {}, options);
  }

  static StartOptions With(const std::string& variable) { return {.environment = {variable}}; }
};

class Deps : public DepsTest {};
SIGNET_EVERY_WAY(Deps);

// Search paths.

TEST_P(Deps, NotFound) { ExpectMissing("no-path", "libwhere.so"); }

TEST_P(Deps, LibraryPath) { ExpectWhere("no-path", "two", With("LD_LIBRARY_PATH=" + In("two"))); }

TEST_P(Deps, LibraryPathFirstWins) {
  ExpectWhere("no-path", "two",
              With("LD_LIBRARY_PATH=/no/such/directory:" + In("two") + "/:" + In("one")));
}

TEST_P(Deps, LibraryPathBySemicolons) {
  ExpectWhere("no-path", "two", With("LD_LIBRARY_PATH=/no/such/directory;" + In("two")));
}

TEST_P(Deps, LibraryPathRelative) {
  StartOptions options = With("LD_LIBRARY_PATH=two");
  options.run.directory = In("");
  ExpectWhere("no-path", "two", options);
}

TEST_P(Deps, LibraryPathEmptyElementIsTheWorkingDirectory) {
  for (const char* path : {":/no/such/directory", "/no/such/directory:", "/no::/such"}) {
    StartOptions options = With("LD_LIBRARY_PATH=" + std::string(path));
    options.run.directory = In("two");
    ExpectWhere("no-path", "two", options);
  }
}

TEST_P(Deps, LibraryPathEmptyIsNone) {
  StartOptions options = With("LD_LIBRARY_PATH=");
  options.run.directory = In("two");
  ExpectMissing("no-path", "libwhere.so", options);
}

TEST_P(Deps, LibraryPathWithOrigin) {
  ExpectWhere("no-path", "two", With("LD_LIBRARY_PATH=$ORIGIN/two"));
}

TEST_P(Deps, Rpath) { ExpectWhere("rpath", "one"); }
TEST_P(Deps, Runpath) { ExpectWhere("runpath", "one"); }
TEST_P(Deps, RunpathFirstWins) { ExpectWhere("runpath-list", "two"); }
TEST_P(Deps, OriginInBraces) { ExpectWhere("origin-braces", "one"); }

TEST_P(Deps, RpathBeforeLibraryPath) {
  ExpectWhere("rpath", "one", With("LD_LIBRARY_PATH=" + In("two")));
}

TEST_P(Deps, LibraryPathBeforeRunpath) {
  ExpectWhere("runpath", "two", With("LD_LIBRARY_PATH=" + In("two")));
}

TEST_P(Deps, RpathDoesNotCountBesideRunpath) {
  ExpectWhere("rpath-and-runpath", "two");
  ExpectWhere("rpath-and-runpath", "three", With("LD_LIBRARY_PATH=" + In("three")));
}

TEST_P(Deps, OneDescriptorIsEnough) {
  const StartOptions options = {
      .wrapper = {"/bin/sh", "-c", "exec prlimit --nofile=4 \"$@\" 3>&-", "sh"}};
  ExpectRun("hello-libc", {.out = "hello from libc\narguments: 0\n", .exit_status = 7}, {},
            options);
  ExpectWhere("rpath-to-middle", "one", options);
}

TEST_P(Deps, RpathIsInherited) { ExpectWhere("rpath-to-middle", "one"); }

TEST_P(Deps, RunpathIsNotInherited) {
  ExpectMissing("runpath-to-middle", "libwhere.so");
  ExpectWhere("runpath-to-middle", "two", With("LD_LIBRARY_PATH=" + In("two")));
}

TEST_P(Deps, RunpathOfTheRuntime) { ExpectWhere("runpath-to-middle-private", "one"); }
TEST_P(Deps, OwnRpathBeforeInherited) { ExpectWhere("rpath-to-middle-rpath", "two"); }
TEST_P(Deps, OwnRunpathBeforeInheritedRpath) { ExpectWhere("rpath-to-middle-runpath", "two"); }

TEST_P(Deps, OwnRunpathHidesInheritedRpath) {
  ExpectMissing("rpath-to-middle-nowhere", "libwhere.so");
}

TEST_P(Deps, Lib) { ExpectWhereAsSystem("lib"); }
TEST_P(Deps, Platform) { ExpectWhereAsSystem("platform"); }
TEST_P(Deps, OriginOfALibraryFoundByALink) { ExpectWhere("origin-of-link", "beside the link"); }

TEST_P(Deps, HwcapsBestLevel) {
  ExpectWhereAsSystem("no-path", With("LD_LIBRARY_PATH=" + In("hwcaps")));
}
TEST_P(Deps, HwcapsInRunpath) { ExpectWhereAsSystem("hwcaps-runpath"); }
TEST_P(Deps, HwcapsLowestLevel) {
  ExpectWhereAsSystem("no-path", With("LD_LIBRARY_PATH=" + In("hwcaps-v2")));
}
TEST_P(Deps, HwcapsOfAnotherMachine) {
  ExpectWhere("no-path", "no subdirectory", With("LD_LIBRARY_PATH=" + In("hwcaps-other")));
}

// A tunable takes features from the CPU.
TEST_P(Deps, HwcapsWithoutFeatures) {
  for (const char* feature :
       {"SSE2",    "CX8",        "CMOV",     "SSE3",     "SSSE3",       "SSE4_1",  "SSE4_2",
        "POPCNT",  "CMPXCHG16B", "AVX",      "AVX2",     "AVX2_Usable", "BMI1",    "BMI2",
        "F16C",    "FMA",        "FMA4",     "LZCNT",    "MOVBE",       "OSXSAVE", "XSAVEC",
        "AVX512F", "AVX512BW",   "AVX512CD", "AVX512DQ", "AVX512VL",    "AVX512ER"}) {
    SCOPED_TRACE(feature);
    const std::string tunable = std::string("GLIBC_TUNABLES=glibc.cpu.hwcaps=-") + feature;
    ExpectWhereAsSystem("hwcaps-runpath", With(tunable));
  }
  for (const char* list : {"AVX2", "-ERMS,-AVX512F", "-AVX512F,-POPCNT,", "-AVX2:no.tunable=1",
                           "-AVX2:glibc.cpu.hwcaps=-AVX512F"}) {
    SCOPED_TRACE(list);
    const std::string tunable = std::string("GLIBC_TUNABLES=glibc.cpu.hwcaps=") + list;
    ExpectWhereAsSystem("hwcaps-runpath", With(tunable));
  }
}

// Which of them are searched, and in which order, depends on the release of glibc and on the CPU.
TEST_P(Deps, LegacySubdirectories) {
  const std::vector<std::string> places = {"glibc-hwcaps/x86-64-v2",
                                           "tls/haswell/avx512_1/x86_64",
                                           "tls/haswell",
                                           "tls/x86_64/x86_64",
                                           "tls/x86_64",
                                           "tls",
                                           "haswell/x86_64",
                                           "haswell/tls",
                                           "avx512_1",
                                           "x86_64/x86_64",
                                           "x86_64"};
  for (size_t i = 1; i < places.size(); ++i) {
    SCOPED_TRACE(places[i]);
    const TemporaryDirectory directory;
    const std::pair<std::string, std::string> copies[] = {
        {places[i - 1], "two"}, {places[i], "one"}, {".", "three"}};
    for (const auto& [place, name] : copies) {
      fs::create_directories(directory / place);
      fs::copy_file(In(name + "/libwhere.so"), directory / place / "libwhere.so");
    }
    const StartOptions options = With("LD_LIBRARY_PATH=" + directory.path().string());
    ExpectWhereAsSystem("no-path", options);
    fs::remove_all(directory / places[i - 1] / "libwhere.so");
    ExpectWhereAsSystem("no-path", options);
  }
}

TEST_P(Deps, AnotherMachinesFileIsPassedOver) {
  ExpectWhere("no-path", "two", With("LD_LIBRARY_PATH=" + In("other-machine") + ":" + In("two")));
}

TEST_P(Deps, AnotherClassesFileIsPassedOver) {
  ExpectWhere("no-path", "two", With("LD_LIBRARY_PATH=" + In("other-class") + ":" + In("two")));
}

// Names with a slash.

TEST_P(Deps, NeededByAbsolutePath) { ExpectWhere("slash-absolute", "absolute path"); }

TEST_P(Deps, NeededByRelativePath) {
  ExpectWhere("slash-relative", "relative path", {.run = {.directory = In("")}});
  ExpectMissing("slash-relative", "slash/librelative.so", {.run = {.directory = "/"}});
}

TEST_P(Deps, NeededByPathFromOrigin) { ExpectWhere("slash-origin", "path from the origin"); }

// When two names mean one module.

TEST_P(Deps, SameFileByOtherNamesIsOneModule) {
  ExpectRun("deps/same-file", {.out = "loaded: same\nprogram\n"});
}

TEST_P(Deps, SameSonameIsOneModule) {
  ExpectRun("deps/same-soname", {.out = "loaded: file with the soname\nprogram\n"});
}

TEST_P(Deps, DiamondsBottomIsLoadedOnce) {
  ExpectRun("deps/diamond", {.out = "loaded: bottom\nloaded: right\nloaded: left\nprogram\n"});
}

TEST_P(Deps, Cycle) {
  ExpectRun("deps/cycle", {.out = "loaded: cycle 2\nloaded: cycle 1\nloaded: cycle 3\nprogram\n"});
}

TEST_P(Deps, BreadthFirst) {
  ExpectRun("deps/breadth-first", {.out = "a or b: a\nb or c: b\nc or d: c\na or d: a\n"});
}

// Preloading.

TEST_P(Deps, Preload) {
  ExpectWhere("rpath", "preloaded a", With("LD_PRELOAD=" + In("libpreload-a.so")));
}

TEST_P(Deps, PreloadFirstWinsByColons) {
  ExpectWhere("rpath", "preloaded b",
              With("LD_PRELOAD=" + In("libpreload-b.so") + ":" + In("libpreload-a.so")));
}

TEST_P(Deps, PreloadFirstWinsBySpaces) {
  ExpectWhere("rpath", "preloaded b",
              With("LD_PRELOAD= " + In("libpreload-b.so") + "  " + In("libpreload-a.so") + " "));
}

TEST_P(Deps, PreloadIsSearchedFor) {
  StartOptions options = With("LD_PRELOAD=libpreload-a.so");
  options.environment.push_back("LD_LIBRARY_PATH=" + In(""));
  ExpectWhere("rpath", "preloaded a", options);
}

TEST_P(Deps, PreloadFromOrigin) {
  ExpectWhere("rpath", "preloaded a", With("LD_PRELOAD=$ORIGIN/libpreload-a.so"));
}

TEST_P(Deps, PreloadedSonameSatisfiesNeeded) {
  ExpectWhere("no-path", "preloaded under its soname",
              With("LD_PRELOAD=" + In("libpreload-soname.so")));
}

TEST_P(Deps, PreloadThatIsMissingIsIgnored) {
  ExpectRun(
      "deps/rpath",
      {.out = "where: preloaded a\n",
       .err = "object 'libmissing.so' from LD_PRELOAD cannot be preloaded (cannot open shared "
              "object file): ignored.\n"},
      {}, With("LD_PRELOAD=libmissing.so:" + In("libpreload-a.so")));
}

// Options, which only the command has.

class DepsCommand : public DepsTest {};
SIGNET_COMMAND_WAYS(DepsCommand);

TEST_P(DepsCommand, LibraryPath) {
  ExpectWhere("no-path", "two", {.loader_options = {"--library-path", In("two")}});
}

TEST_P(DepsCommand, LibraryPathReplacesTheVariable) {
  ExpectWhere("no-path", "two",
              {.environment = {"LD_LIBRARY_PATH=" + In("one")},
               .loader_options = {"--library-path", In("two")}});
}

TEST_P(DepsCommand, Preload) {
  ExpectWhere(
      "rpath", "preloaded b",
      {.loader_options = {"--preload", In("libpreload-b.so") + ":" + In("libpreload-a.so")}});
}

TEST_P(DepsCommand, PreloadVariableBeforePreloadOption) {
  ExpectWhere("rpath", "preloaded a",
              {.environment = {"LD_PRELOAD=" + In("libpreload-a.so")},
               .loader_options = {"--preload", In("libpreload-b.so")}});
}

TEST_P(DepsCommand, PreloadOptionThatIsMissingIsIgnored) {
  ExpectRun("deps/rpath",
            {.out = "where: one\n",
             .err = "object 'libmissing.so' from --preload cannot be preloaded (cannot open shared "
                    "object file): ignored.\n"},
            {}, {.loader_options = {"--preload", "libmissing.so"}});
}

// The program's name has a slash in it and is relative to the working directory.
TEST_P(DepsCommand, RelativeProgram) {
  const RunResult result = Start(way(), "./runpath", {}, {.run = {.directory = In("")}});
  EXPECT_EQ(result, (RunResult{.exit_status = 0, .out = "where: one\n"}));
}

TEST_P(DepsCommand, InhibitCache) {
  ExpectRun("hello-libc", {.out = "hello from libc\narguments: 0\n", .exit_status = 7}, {},
            {.loader_options = {"--inhibit-cache"}});
}

// Programs that have more rights than their user (AT_SECURE) ignore the user's environment.

class DepsSecure : public DepsTest {
 protected:
  static constexpr uid_t kNobody = 65534;

  void SetUp() override {
    if (geteuid() != 0)
      SIGNET_SKIP_WITHOUT(kRoot, "only root can make a set-user-ID program of root's");
    if (!OthersReachModules())
      GTEST_SKIP() << ModuleDirectory() << " is closed to the user who would run it";
  }

  // Runs a set-user-ID copy of the program as another user.
  RunResult StartSecure(const std::string& program, const std::vector<std::string>& variables) {
    const fs::path copy = In(program + ".secure-" + std::to_string(getpid()));
    fs::copy_file(In(program), copy);
    fs::permissions(copy, fs::perms(04755));
    const RunResult result =
        Start(way(), copy, {}, {.environment = variables, .run = {.user = kNobody}});
    fs::remove(copy);
    return result;
  }
};
INSTANTIATE_TEST_SUITE_P(, DepsSecure, testing::Values(Way::kSystem, Way::kInterp), WayName);

TEST_P(DepsSecure, VariablesDoNotCount) {
  const std::vector<std::string> variables = {"LD_LIBRARY_PATH=" + In("two"),
                                              "LD_PRELOAD=" + In("libpreload-a.so")};
  ExpectWhere("runpath-absolute", "preloaded a", {.environment = variables});
  EXPECT_EQ(StartSecure("runpath-absolute", variables),
            (RunResult{.exit_status = 0, .out = "where: one\n"}));
  // A variable that is not read causes no message.
  for (const std::string variable :
       {"SIGNET_SEAL=frob", "SIGNET_OPTIONS=--frob", "SIGNET_OPTIONS=--list --stats"}) {
    EXPECT_EQ(StartSecure("runpath-absolute", {variable}),
              (RunResult{.exit_status = 0, .out = "where: one\n"}));
  }
  EXPECT_EQ(StartSecure("runpath-absolute", {"SIGNET_OPTIONS=--preload=" + In("libpreload-a.so")}),
            (RunResult{.exit_status = 0, .out = "where: one\n"}));
}

// Programs that this one executes do not see the variables either.
TEST_P(DepsSecure, VariablesAreNotPassedOn) {
  const std::string ours = "SIGNET_LOADER=x\nSIGNET_SEAL=none\n";
  for (const std::string other : {"KEPT_TOO=1", "GCONV_PATH=/nowhere"}) {
    const RunResult result = StartSecure(
        "environment",
        {"KEPT=1", "LD_LIBRARY_PATH=/nowhere", "SIGNET_LOADER=x", "SIGNET_SEAL=none", other});
    EXPECT_EQ(result, (RunResult{.exit_status = 0,
                                 .out = "KEPT=1\n" + (way() == Way::kSystem ? ours : "") +
                                        (other.starts_with("KEPT") ? other + "\n" : "") +
                                        "program headers: its own\n"}));
  }
}

// A user who can link to the program's file chooses its $ORIGIN.
TEST_P(DepsSecure, OriginDoesNotCount) {
  const RunResult result = StartSecure("runpath", {});
  EXPECT_EQ(result.exit_status, 127) << result;
  EXPECT_NE(result.err.find("libwhere.so: cannot open shared object file: No such file"),
            std::string::npos)
      << result;
}

}  // namespace
}  // namespace signet::test
