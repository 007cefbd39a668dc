// SPDX-License-Identifier: MIT
//
// What is missing or cannot be used: files, libraries, symbols, versions, interpreters. If ld.so
// has a message for it, Signet has the same, and the test asks the system's ld.so too.
#include <gtest/gtest.h>
#include <unistd.h>

#include <cerrno>
#include <fstream>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "tests/fail/elf_file.h"
#include "tests/support/load_test.h"
#include "tests/support/temporary_directory.h"
#include "tests/support/ways.h"

namespace signet::test {
namespace {

namespace fs = std::filesystem;

// A directory with the sound program `user`, which needs libvictim.so, which needs libbase.so; and
// `victim`, which needs libbase.so.
class Missing : public testing::TestWithParam<Way> {
 protected:
  Missing() {
    for (const char* name : {"libvictim.so", "libbase.so"}) Take(name, name);
    for (const char* name : {"victim", "user"}) {
      if (GetParam() == Way::kInterp) {
        fs::copy_file(InterpCopy(Module("fail") / name, Loader()).path(), directory_ / name);
      } else {
        Take(name, name);
      }
    }
  }

  fs::path operator/(const char* name) const { return directory_ / name; }

  void Take(const char* module, const char* as) const {
    fs::copy_file(Module("fail") / module, directory_ / as, fs::copy_options::overwrite_existing);
  }

  RunResult Start(const fs::path& program, const StartOptions& options = {}) const {
    if (GetParam() != Way::kInterp) return test::Start(GetParam(), program, {}, options);
    return RunProgram({program}, WithVariables(BaseEnvironment(), options.environment));
  }

  void Expect(const char* program, int status, const std::string& message,
              const StartOptions& options = {}, int system_status = 127) const {
    const RunResult result = Start(directory_ / program, options);
    EXPECT_EQ(result.err, (directory_ / program).string() + ": " + message + "\n");
    EXPECT_EQ(result.out, "");
    EXPECT_EQ(result.exit_status, IsSignet(GetParam()) ? status : system_status) << result;
  }

  void ExpectLoadError(const char* program, int status, const std::string& message) const {
    Expect(program, status, "error while loading shared libraries: " + message);
  }

  // Runs the program as a user who can read almost nothing, if this user can read everything.
  void ExpectLoadErrorAsNobody(const char* program, int status, const std::string& message) const {
    fs::copy_file(Loader(), directory_ / "loader");
    const fs::path loader = IsSignet(GetParam()) ? directory_ / "loader" : SystemLoader();
    std::vector<std::string> argv = {loader, directory_ / program};
    if (geteuid() == 0) {
      argv.insert(argv.begin(), {"/usr/bin/setpriv", "--reuid=65534", "--clear-groups"});
    }
    const RunResult result = RunProgram(argv);
    EXPECT_EQ(result.err, (directory_ / program).string() +
                              ": error while loading shared libraries: " + message + "\n");
    EXPECT_EQ(result.out, "");
    EXPECT_EQ(result.exit_status, IsSignet(GetParam()) ? status : 127) << result;
  }

  TemporaryDirectory directory_;
};

// As a command, ld.so has no message for most errors.
std::string ErrnoText(Way way, const char* words, int number) {
  return IsSignet(way) ? words : "Error " + std::to_string(number);
}

constexpr const char* kNotThere = ": cannot open shared object file: No such file or directory";

using MissingFile = Missing;  // the program itself, which only a command can be given
INSTANTIATE_TEST_SUITE_P(, MissingFile, testing::Values(Way::kSystemCommand, Way::kCommand),
                         WayName);

TEST_P(MissingFile, Program) {
  ExpectLoadError("nothing", 127, (*this / "nothing").string() + kNotThere);
}

TEST_P(MissingFile, Directory) {
  fs::create_directory(*this / "directory");
  const std::string file = *this / "directory";
  ExpectLoadError(
      "directory", 126,
      file + ": cannot read file data: " + (IsSignet(GetParam()) ? "Is a directory" : "Error 21"));
}

TEST_P(MissingFile, InsideAFile) {
  const std::string file = *this / "victim/program";
  ExpectLoadError("victim/program", 126,
                  file + ": cannot open shared object file: " +
                      ErrnoText(GetParam(), "Not a directory", ENOTDIR));
}

TEST_P(MissingFile, SymbolicLinkToItself) {
  fs::create_symlink("loop", *this / "loop");
  const std::string file = *this / "loop";
  ExpectLoadError("loop", 126,
                  file + ": cannot open shared object file: " +
                      ErrnoText(GetParam(), "Too many levels of symbolic links", ELOOP));
}

TEST_P(MissingFile, Unreadable) {
  fs::permissions(*this / "victim", fs::perms(0));
  ExpectLoadErrorAsNobody(
      "victim", 126,
      (*this / "victim").string() + ": cannot open shared object file: Permission denied");
}

TEST_P(MissingFile, Device) {
  const RunResult result = Start("/dev/null");
  const std::string error =
      IsSignet(GetParam()) ? "cannot execute: Permission denied" : "file too short";
  EXPECT_EQ(result.err,
            "/dev/null: error while loading shared libraries: /dev/null: " + error + "\n");
  EXPECT_EQ(result.exit_status, IsSignet(GetParam()) ? 126 : 127);
}

TEST_P(MissingFile, UnreadableLibrary) {
  fs::permissions(*this / "libbase.so", fs::perms(0));
  // The search goes on after it, and finds no other.
  ExpectLoadErrorAsNobody("user", 127, std::string("libbase.so") + kNotThere);
}

using MissingPart = Missing;
INSTANTIATE_TEST_SUITE_P(, MissingPart,
                         testing::Values(Way::kSystemCommand, Way::kSystem, Way::kCommand,
                                         Way::kInterp),
                         WayName);

TEST_P(MissingPart, NothingIsMissing) {
  for (const char* program : {"victim", "user"}) {
    const RunResult result = Start(*this / program);
    EXPECT_EQ(result.exit_status, 0) << result;
    EXPECT_EQ(result.out + result.err, "");
  }
}

TEST_P(MissingPart, Library) {
  fs::remove(*this / "libbase.so");
  ExpectLoadError("victim", 127, std::string("libbase.so") + kNotThere);
  ExpectLoadError("user", 127, std::string("libbase.so") + kNotThere);
}

// A library of another class or machine is skipped: it is meant for another system.
TEST_P(MissingPart, LibraryOfAnotherMachine) {
  ElfFile file(*this / "libbase.so");
  file.header().e_machine = EM_AARCH64;
  file.Write(*this / "libbase.so");
  ExpectLoadError("user", 127, std::string("libbase.so") + kNotThere);
}

TEST_P(MissingPart, LibraryOfAnotherClass) {
  ElfFile file(*this / "libbase.so");
  file.header().e_ident[EI_CLASS] = ELFCLASS32;
  file.Write(*this / "libbase.so");
  ExpectLoadError("user", 127, "libbase.so: wrong ELF class: ELFCLASS32");
}

TEST_P(MissingPart, LibraryOfAnotherByteOrder) {
  ElfFile file(*this / "libbase.so");
  file.header().e_ident[EI_DATA] = ELFDATA2MSB;
  file.Write(*this / "libbase.so");
  ExpectLoadError("user", 127,
                  (*this / "libbase.so").string() + ": ELF file data encoding not little-endian");
}

TEST_P(MissingPart, LibraryIsADirectory) {
  fs::remove(*this / "libbase.so");
  fs::create_directory(*this / "libbase.so");
  ExpectLoadError("user", 127,
                  (*this / "libbase.so").string() + ": cannot read file data: " +
                      ErrnoText(GetParam(), "Is a directory", EISDIR));
}

TEST_P(MissingPart, LibraryIsAProgram) {
  Take("victim", "libbase.so");
  const std::string message = ": cannot dynamically load position-independent executable";
  ExpectLoadError(
      "user", 127,
      (IsSignet(GetParam()) ? (*this / "libbase.so").string() : "libbase.so") + message);
}

// The loader goes on without it, and nothing of it stays mapped.
TEST_P(MissingPart, PreloadedLibrary) {
  const std::pair<const char*, const char*> cases[] = {
      {"libbase.so", "invalid ELF header"}, {"nothing.so", "cannot open shared object file"}};
  std::ofstream(*this / "libbase.so") << std::string(100, 'x');
  for (const auto& [name, sentence] : cases) {
    const std::string library = *this / name;
    const RunResult result = test::Start(GetParam(), "/usr/bin/cat", {"/proc/self/maps"},
                                         {.environment = {"LD_PRELOAD=" + library}});
    EXPECT_EQ(result.err, "ERROR: ld.so: object '" + library +
                              "' from LD_PRELOAD cannot be preloaded (" + sentence +
                              "): ignored.\n");
    EXPECT_EQ(result.exit_status, 0);
    EXPECT_NE(result.out, "");
    EXPECT_EQ(result.out.find(library), std::string::npos) << result.out;
  }
}

TEST_P(MissingPart, Symbol) {
  Take("no-symbol/libbase.so", "libbase.so");
  const StartOptions now = {.environment = {"LD_BIND_NOW=1"}};
  const std::string undefined = ": undefined symbol: BaseFunction, version BASE_1";
  Expect("victim", 127, "symbol lookup error: " + (*this / "victim").string() + undefined, now);
  Expect("user", 127, "symbol lookup error: " + (*this / "libvictim.so").string() + undefined, now);
}

TEST_P(MissingPart, SymbolWithoutVersion) {
  Take("no-symbol/libbase.so", "libbase.so");
  ElfFile file(*this / "victim");
  for (const int64_t tag : {DT_VERSYM, DT_VERNEED, DT_VERDEF}) file.entry(tag).d_tag = DT_DEBUG;
  file.Write(*this / "victim");
  Expect("victim", 127,
         "symbol lookup error: " + (*this / "victim").string() + ": undefined symbol: BaseFunction",
         {.environment = {"LD_BIND_NOW=1"}});
}

TEST_P(MissingPart, Version) {
  Take("no-version/libbase.so", "libbase.so");
  const std::string missing =
      (*this / "libbase.so").string() + ": version `BASE_1' not found (required by ";
  Expect("victim", 127, missing + (*this / "victim").string() + ")", {}, 1);
  Expect("user", 127, missing + (*this / "libvictim.so").string() + ")", {}, 1);
}

// Every error is reported before the loader stops.
TEST_P(MissingPart, SeveralLibraries) {
  if (!IsSignet(GetParam())) GTEST_SKIP() << "ld.so stops at the first";
  // The entry DT_RUNPATH becomes a second DT_NEEDED.
  ElfFile file(*this / "libvictim.so");
  const std::string name = "VICTIM_1";
  uint64_t offset = 0;
  while (&file.At<char>(file.tag(DT_STRTAB), offset) != name) ++offset;
  file.tag(DT_RUNPATH) = offset;
  file.entry(DT_RUNPATH).d_tag = DT_NEEDED;
  file.Write(*this / "libvictim.so");
  const std::string start = (*this / "user").string() + ": error while loading shared libraries: ";
  ExpectLoadError("user", 127, "libbase.so" + (kNotThere + ("\n" + start)) + name + kNotThere);
}

// Programs with a C library ask for an interpreter, which Signet lets boot libc.
class MissingInterpreter : public testing::Test {
 protected:
  // What Signet prints for hello-libc with `interp` as its PT_INTERP.
  std::string Say(const std::string& interp) {
    ElfFile file(Module("hello-libc"));
    const uint64_t size = file.phdr(PT_INTERP).p_filesz;
    for (uint64_t i = 0; i < size; ++i) {
      file.At<char>(file.phdr(PT_INTERP).p_vaddr, i) = i < interp.size() ? interp[i] : '\0';
    }
    file.Write(directory_ / "program");
    return Run();
  }

  std::string Run() {
    const RunResult result = Start(Way::kCommand, directory_ / "program");
    EXPECT_EQ(result.exit_status, 127) << result;
    EXPECT_EQ(result.out, "");
    return result.err;
  }

  std::string Error(const std::string& message) {
    return (directory_ / "program").string() +
           ": error while loading shared libraries: " + message + "\n";
  }

  TemporaryDirectory directory_;
};

TEST_F(MissingInterpreter, NotThere) {
  EXPECT_EQ(Say("/nowhere/ld.so"), Error(std::string("/nowhere/ld.so") + kNotThere));
}

TEST_F(MissingInterpreter, Directory) {
  EXPECT_EQ(Say("/usr"), Error("/usr: cannot read file data: Is a directory"));
}

TEST_F(MissingInterpreter, NotElf) {
  EXPECT_EQ(Say("/etc/passwd"), Error("/etc/passwd: invalid ELF header"));
}

TEST_F(MissingInterpreter, Empty) { EXPECT_EQ(Say(""), Error(std::string() + kNotThere)); }

TEST_F(MissingInterpreter, Unterminated) {
  ElfFile file(Module("hello-libc"));
  Elf64_Phdr& interp = file.phdr(PT_INTERP);
  interp.p_filesz = interp.p_memsz -= 1;
  file.Write(directory_ / "program");
  char numbers[80];
  std::snprintf(numbers, sizeof numbers, "p_vaddr is 0x%lx, p_memsz is 0x%lx", interp.p_vaddr,
                interp.p_memsz);
  EXPECT_EQ(Run(),
            Error((directory_ / "program").string() + ": PT_INTERP is not terminated: " + numbers));
}

// Neither the program nor its libc names an interpreter.
TEST_F(MissingInterpreter, Nowhere) {
  const auto spoil = [](const fs::path& from, const fs::path& to) {
    ElfFile file(from);
    file.phdr(PT_INTERP).p_type = PT_NULL;
    file.Write(to);
  };
  spoil(Module("hello-libc"), directory_ / "program");
  spoil("/lib/x86_64-linux-gnu/libc.so.6", directory_ / "libc.so.6");
  StartOptions options;
  options.loader_options = {"--library-path", directory_.path()};
  const RunResult result = Start(Way::kCommand, directory_ / "program", {}, options);
  EXPECT_EQ(result.err,
            Error((directory_ / "program").string() +
                  ": no interpreter: neither the program nor its libc has a PT_INTERP"));
  EXPECT_EQ(result.exit_status, 127);
}

}  // namespace
}  // namespace signet::test
