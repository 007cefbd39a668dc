// SPDX-License-Identifier: MIT
//
// Files that others accept: programs and libraries whose program headers are edited. The kernel
// says what is right for a program, ld.so for a library: where those run, they run the same under
// Signet, and where those refuse, Signet refuses. The differences are listed with a reason.
#include "tests/fail/header_edits.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <iterator>
#include <set>
#include <string>

#include "tests/support/temporary_directory.h"
#include "tests/support/ways.h"

namespace signet::test {
namespace {

namespace fs = std::filesystem;

enum class Role { kProgram, kLibrary };

struct Difference {
  std::string_view edit;  // a part of its name
  Role role;
  bool signet_runs;  // and the kernel or ld.so do not; or the other way round
  const char* reason;
};

constexpr Difference kDifferences[] = {
    {"p_align 0x400000000000", Role::kLibrary, true,
     "ld.so reserves twice the alignment, which is more than there is"},
    {"table in no segment", Role::kProgram, true,
     "the kernel gives ld.so no address of the table; as a command, Signet reads the file's"},
    {"no PT_PHDR", Role::kProgram, true,
     "ld.so does not know the load bias; as a command, Signet has chosen it"},
    {"begins with its page", Role::kProgram, true,
     "the program headers are in two segments then: the kernel's AT_PHDR leads to those that "
     "PT_PHDR does not mean, and ld.so takes a wrong load bias from them; as a command, Signet "
     "knows it"},
    {"p_filesz 1 less than it was", Role::kProgram, false,
     "a table that reaches behind the end of its segment is damaged, also if its page is mapped"},
    {"p_filesz 1 less than it was", Role::kLibrary, false, "as in a program"},
    {"p_filesz larger than p_memsz", Role::kLibrary, false,
     "the gABI forbids it, and the kernel refuses it in a program"},
    {"p_filesz and p_memsz up to the end of the page", Role::kLibrary, false,
     "beyond the end of the file: it may have been cut off"},
    {"load 1: is empty", Role::kLibrary, false,
     "ld.so maps the page where the empty segment would begin; the kernel and Signet do not"},
    {"load 2: is empty", Role::kLibrary, false, "as above"},
    {"PT_DYNAMIC p_memsz too large", Role::kProgram, false,
     "ld.so reads up to DT_NULL, wherever that is; Signet takes nothing outside the segments"},
    {"PT_DYNAMIC p_memsz too large", Role::kLibrary, false, "as in a program"},
};

// A program and its library, one of which is edited.
class Pair {
 public:
  Pair(const std::string& name, Role role) : name_(name), role_(role) {
    copy_ = std::make_unique<InterpCopy>(Module("map-layout-" + name), Loader());
    for (const fs::path& file : {Program(Way::kSystem), Library()}) {
      fs::copy_file(Module(file.filename().native()), file);
    }
    fs::copy_file(copy_->path(), Program(Way::kInterp));
  }

  // The file to edit.
  ElfFile Sound(Way way) const {
    if (role_ == Role::kLibrary) return ElfFile(Module(Library().filename().native()));
    return ElfFile(way == Way::kInterp ? copy_->path() : Module(Program(way).filename().native()));
  }

  RunResult Run(Way way, const HeaderEdit& edit) const {
    ElfFile file = Sound(way);
    edit.apply(file);
    const fs::path target = role_ == Role::kProgram ? Program(way) : Library();
    fs::remove(target);
    file.Write(target);
    if (way == Way::kCommand) return RunProgram({Loader(), Program(way)});
    // Signet binds nothing lazily.
    return RunProgram({Program(way)}, WithVariables(BaseEnvironment(), {"LD_BIND_NOW=1"}));
  }

 private:
  fs::path Program(Way way) const {
    return directory_ / ("map-layout-" + name_ + (way == Way::kInterp ? ".i" : ""));
  }
  fs::path Library() const { return directory_ / ("libmap-layout-" + name_ + ".so"); }

  std::string name_;
  Role role_;
  std::unique_ptr<InterpCopy> copy_;
  TemporaryDirectory directory_;
};

bool Runs(const RunResult& result) { return result.exit_status == 0; }

class Sweep {
 public:
  void Try(const std::string& name, Role role) {
    const Pair pair(name, role);
    ElfFile sound = pair.Sound(Way::kSystem);
    for (const HeaderEdit& edit : HeaderEdits(sound)) {
      SCOPED_TRACE(name + (role == Role::kProgram ? ", program, " : ", library, ") + edit.name);
      ++count_;
      const RunResult expected = pair.Run(Way::kSystem, edit);
      for (const Way way : {Way::kCommand, Way::kInterp}) {
        SCOPED_TRACE(ToString(way));
        Compare(edit, role, expected, pair.Run(way, edit));
      }
    }
  }

  ~Sweep() {
    EXPECT_GE(count_, 300);
    for (const Difference& difference : kDifferences)
      EXPECT_TRUE(used_.contains(&difference)) << "no difference any more: " << difference.edit;
  }

 private:
  void Compare(const HeaderEdit& edit, Role role, const RunResult& expected,
               const RunResult& actual) {
    if (Runs(expected) && Runs(actual)) {
      EXPECT_EQ(actual.out, expected.out);
      return;
    }
    // Where others refuse, Signet does not crash.
    if (!Runs(expected) && !Runs(actual) && (expected.signal != 0 || actual.signal == 0)) return;
    const auto* const found =
        std::find_if(std::begin(kDifferences), std::end(kDifferences), [&](const Difference& row) {
          return row.role == role && row.signet_runs == Runs(actual) &&
                 edit.name.find(row.edit) != std::string::npos;
        });
    if (found == std::end(kDifferences)) {
      ADD_FAILURE() << "the others: " << expected << "\nSignet: " << actual;
    } else {
      used_.insert(found);
    }
  }

  int count_ = 0;
  std::set<const Difference*> used_;
};

TEST(HeaderEdits, AreJudgedAsByTheKernelAndLdSo) {
  Sweep sweep;
  for (const char* const name : {"bfd", "bfd-exec", "bfd-noseparate", "gold", "lld"}) {
    if (!MissingReason(std::string("map-layout-") + name).empty()) continue;
    for (const Role role : {Role::kProgram, Role::kLibrary}) sweep.Try(name, role);
  }
}

}  // namespace
}  // namespace signet::test
