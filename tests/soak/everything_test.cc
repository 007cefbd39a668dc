// SPDX-License-Identifier: MIT
//
// Asks every program of this machine that is dynamically linked with glibc for its version, and
// opens every library by dlopen. The answers must be the same as under the system's dynamic linker.
//
// The programs run as an unprivileged user. As PT_INTERP, Signet is put into a copy of the program.
// In a mount namespace the copy takes the program's place, so that it finds the files beside it.
#include <elf.h>
#include <gtest/gtest.h>
#include <sys/stat.h>
#include <unistd.h>

#include <filesystem>
#include <fstream>
#include <set>
#include <string>
#include <vector>

#include "tests/support/capability.h"
#include "tests/support/compatibility.h"
#include "tests/support/interp_copy.h"
#include "tests/support/process.h"
#include "tests/support/temporary_directory.h"
#include "tests/support/ways.h"

namespace signet::test {
namespace {

namespace fs = std::filesystem;
using Strings = std::vector<std::string>;

bool IsElf64(const fs::path& path) {
  std::string ident(EI_CLASS + 1, '\0');
  std::ifstream(path, std::ios::binary)
      .read(ident.data(), static_cast<std::streamsize>(ident.size()));
  return ident.starts_with(ELFMAG) && ident[EI_CLASS] == ELFCLASS64;
}

// The files below the directories, each by its path without symbolic links.
std::set<fs::path> Files(const Strings& directories) {
  std::set<fs::path> files;
  for (const std::string& directory : directories) {
    std::error_code none;
    for (const fs::directory_entry& entry : fs::recursive_directory_iterator(directory, none)) {
      const fs::path path = fs::canonical(entry.path(), none);
      if (!none && fs::is_regular_file(path)) files.insert(path);
    }
  }
  return files;
}

// Programs that stop the machine or change their user are not asked.
bool MayBeAsked(const fs::path& path) {
  static const std::set<std::string> kNot = {"halt", "init", "poweroff", "reboot", "shutdown"};
  struct stat status {};
  return !kNot.contains(path.filename()) && access(path.c_str(), X_OK) == 0 &&
         stat(path.c_str(), &status) == 0 && (status.st_mode & (S_ISUID | S_ISGID)) == 0 &&
         InterpOf(path) == SystemLoader();
}

class Everything : public testing::Test {
 protected:
  void SetUp() override {
    if (geteuid() != 0) SIGNET_SKIP_WITHOUT(kRoot, "only root can ask as another user");
    if (RunProgram({"/usr/bin/unshare", "--mount", "true"}, BaseEnvironment()).exit_status != 0)
      SIGNET_SKIP_WITHOUT(kUserns, "mount namespaces cannot be made here");
    // Every user can read the loader there. Its path is like ld.so's, because some programs
    // (Java's) take that path for their own and look at it.
    loader_ = directory_.path() / fs::canonical(SystemLoader()).relative_path();
    fs::create_directories(loader_.parent_path());
    fs::copy_file(Loader(), loader_);
    fs::create_directory(directory_ / "work");
    fs::permissions(directory_ / "work", fs::perms::all);
  }

  // Copies a program so that every user can run it.
  fs::path Share(const fs::path& program) const {
    fs::copy_file(program, directory_ / program.filename());
    return directory_ / program.filename();
  }

  // Expects in both ways the same answer as under the system's dynamic linker. A program that
  // answers differently each time, or too late, is asked again.
  void Compare(const fs::path& program, const Strings& arguments) {
    ++asked_;
    const RunResult plain = Ask({program}, arguments);
    const RunResult command = Ask({SystemLoader(), program}, arguments);
    RunResult interp;
    RunResult signet;
    for (int i = 0; i < 3; ++i) {
      interp = AskInterp(program, arguments);
      signet = Ask({loader_, program}, arguments);
      if (plain == interp && command == signet) return;
      if (plain == Ask({program}, arguments) &&
          command == Ask({SystemLoader(), program}, arguments))
        continue;
      ++unsteady_;
      return;
    }
    EXPECT_EQ(plain, interp);
    EXPECT_EQ(command, signet);
  }

  void Record(const std::string& what, const std::string& test) const {
    std::cout << asked_ << " asked, " << unsteady_ << " of them unsteady\n";
    EXPECT_GT(asked_ - unsteady_, 100u);
    for (const Way way : {Way::kCommand, Way::kInterp}) {
      RecordCompatibility(
          {"everything on a machine", "Debian 12", std::to_string(asked_ - unsteady_) + " " + what},
          test, way, !HasFailure());
    }
  }

 private:
  static constexpr uid_t kNobody = 65534;

  // Some programs' answers contain the loader's path.
  RunResult Ask(Strings command, const Strings& arguments) const {
    command.insert(command.end(), arguments.begin(), arguments.end());
    RunResult result = RunProgram(
        command, BaseEnvironment(),
        {.timeout = std::chrono::seconds(15), .directory = directory_ / "work", .user = kNobody});
    for (std::string* text : {&result.out, &result.err}) {
      for (size_t at; (at = text->find(loader_)) != std::string::npos;)
        text->replace(at, loader_.native().size(), SystemLoader());
    }
    return result;
  }

  RunResult AskInterp(const fs::path& program, const Strings& arguments) const {
    const InterpCopy copy(program, loader_);
    const std::string script =
        "mount --bind \"$1\" \"$2\" && shift && "
        "exec setpriv --reuid=65534 --clear-groups \"$@\"";
    Strings command = {"/usr/bin/unshare", "--mount", "sh", "-c", script, "sh",
                       copy.path(),        program};
    command.insert(command.end(), arguments.begin(), arguments.end());
    return RunProgram(command, BaseEnvironment(),
                      {.timeout = std::chrono::seconds(15), .directory = directory_ / "work"});
  }

  TemporaryDirectory directory_;
  fs::path loader_;
  size_t asked_ = 0;
  size_t unsteady_ = 0;
};

TEST_F(Everything, Programs) {
  for (const fs::path& program : Files({"/usr/bin", "/usr/sbin", "/usr/libexec"})) {
    if (!MayBeAsked(program)) continue;
    SCOPED_TRACE(program);
    Compare(program, {"--version"});
  }
  Record("programs asked for their version", "programs");
}

TEST_F(Everything, Libraries) {
  const fs::path program = Share(Module("dl/script"));
  for (const fs::path& library : Files({"/usr/lib", "/usr/local/lib"})) {
    if (library.filename().string().find(".so") == std::string::npos || !IsElf64(library)) continue;
    SCOPED_TRACE(library);
    Compare(program, {"open h " + library.string()});
  }
  Record("libraries opened by dlopen", "libraries");
}

}  // namespace
}  // namespace signet::test
