// SPDX-License-Identifier: MIT
//
// Files that others accept: programs and libraries whose program headers are edited. The kernel
// says what is right for a program, ld.so for a library: where those run, they run the same under
// Signet, and where those refuse, Signet refuses. The differences are listed with a reason.
#include "tests/fail/header_edits.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <iterator>
#include <optional>
#include <set>
#include <stdexcept>
#include <string>

#include "tests/support/load_test.h"
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
  bool depends_on_linker = false;  // there need not be such a file
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
    {"p_filesz and p_memsz up to the end of the page", Role::kProgram, false,
     "beyond the end of the file: it may have been cut off", true},
    {"p_filesz and p_memsz up to the end of the page", Role::kLibrary, false, "as in a program",
     true},
    {"load 1: is empty", Role::kLibrary, false,
     "ld.so maps the page where the empty segment would begin; the kernel and Signet do not"},
    {"load 2: is empty", Role::kLibrary, false, "as above"},
    {"PT_DYNAMIC p_memsz too large", Role::kProgram, false,
     "ld.so reads up to DT_NULL, wherever that is; Signet takes nothing outside the segments"},
    {"PT_DYNAMIC p_memsz too large", Role::kLibrary, false, "as in a program"},
};

// A program, with its library unless it is static. One of them is edited.
class Edited {
 public:
  Edited(const std::string& name, Role role)
      : program_("map-layout-" + name), library_("lib" + program_ + ".so"), role_(role) {
    fs::copy_file(Module(program_), directory_ / program_);
    if (IsStatic()) return;
    fs::copy_file(Module(library_), directory_ / library_);
    fs::copy_file(InterpCopy(Module(program_), Loader()).path(), directory_ / Interp());
    interp_.emplace(directory_ / Interp());
  }

  bool IsStatic() const { return InterpOf(Module(program_)).empty(); }
  ElfFile Sound() const { return ElfFile(Module(role_ == Role::kProgram ? program_ : library_)); }

  RunResult Run(Way way, const HeaderEdit& edit) const {
    const std::string started = way == Way::kInterp ? Interp() : program_;
    const bool is_copy = way == Way::kInterp && role_ == Role::kProgram;
    ElfFile file = is_copy ? *interp_ : Sound();
    edit.apply(file);
    const fs::path target = directory_ / (role_ == Role::kProgram ? started : library_);
    fs::remove(target);
    file.Write(target);
    if (way == Way::kCommand) return RunProgram({Loader(), directory_ / started});
    // Signet binds nothing lazily.
    return RunProgram({directory_ / started}, WithVariables(BaseEnvironment(), {"LD_BIND_NOW=1"}));
  }

 private:
  // The copy that has Signet as its PT_INTERP.
  std::string Interp() const { return program_ + ".i"; }

  std::string program_;
  std::string library_;
  Role role_;
  std::optional<ElfFile> interp_;
  TemporaryDirectory directory_;
};

bool Runs(const RunResult& result) { return result.exit_status == 0; }

class Sweep {
 public:
  void Try(const std::string& name, Role role) {
    const Edited edited(name, role);
    ElfFile sound = edited.Sound();
    for (const HeaderEdit& edit : HeaderEdits(sound)) {
      SCOPED_TRACE(name + (role == Role::kProgram ? ", program, " : ", library, ") + edit.name);
      ++count_;
      const RunResult expected = edited.Run(Way::kSystem, edit);
      for (const Way way : {Way::kCommand, Way::kInterp}) {
        if (way == Way::kInterp && edited.IsStatic()) continue;
        SCOPED_TRACE(ToString(way));
        Compare(edit, role, expected, edited.Run(way, edit));
      }
    }
  }

  ~Sweep() {
    EXPECT_GE(count_, 300);
    for (const Difference& difference : kDifferences) {
      EXPECT_TRUE(used_.contains(&difference) || difference.depends_on_linker)
          << "no difference any more: " << difference.edit;
    }
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
  for (const char* const name : {"bfd", "bfd-exec", "bfd-noseparate", "gold", "lld", "mold"}) {
    if (!MissingReason(std::string("map-layout-") + name).empty()) continue;
    for (const Role role : {Role::kProgram, Role::kLibrary}) sweep.Try(name, role);
  }
  sweep.Try("static", Role::kProgram);
}

// A variable that COPY takes may end behind its segment, on the same page.
class CopiedVariables : public LoadTest {};
SIGNET_EVERY_WAY(CopiedVariables);

constexpr const char* kCopying = "reloc-copy-bfd";
constexpr const char* kCopied = "libreloc-copy.so";

Elf64_Rela& LastCopy(ElfFile& file) {
  const uint64_t count = file.tag(DT_RELASZ) / sizeof(Elf64_Rela);
  Elf64_Rela* last = nullptr;
  for (uint64_t i = 0; i < count; ++i) {
    auto& rela = file.At<Elf64_Rela>(file.tag(DT_RELA), i);
    if (ELF64_R_TYPE(rela.r_info) != R_X86_64_COPY) continue;
    if (last == nullptr || rela.r_offset > last->r_offset) last = &rela;
  }
  if (last == nullptr) throw std::runtime_error("no R_X86_64_COPY");
  return *last;
}

TEST_P(CopiedVariables, MayEndBehindTheirSegment) {
  const TemporaryDirectory directory;
  ElfFile program(Module(kCopying));
  const uint64_t end = LastCopy(program).r_offset + 1;
  Elf64_Phdr& variables = program.LoadOf(end - 1);
  ASSERT_LE(variables.p_filesz, end - variables.p_vaddr);
  variables.p_memsz = end - variables.p_vaddr;
  program.Write(directory / kCopying);
  ElfFile library(Module(kCopied));
  const Elf64_Sym& constant = library.Symbol("kConstant");
  Elf64_Phdr& constants = library.LoadOf(constant.st_value);
  constants.p_filesz = constants.p_memsz = constant.st_value + 1 - constants.p_vaddr;
  library.Write(directory / kCopied);
  const RunResult result = Start(GetParam(), directory / kCopying);
  EXPECT_EQ(result.out, Start(Way::kSystem, Module(kCopying)).out) << result;
  EXPECT_EQ(result.exit_status, 0) << result;
}

// As under ld.so, which crashes.
TEST_P(CopiedVariables, MayNotEndBehindTheirPages) {
  const TemporaryDirectory directory;
  ElfFile program(Module(kCopying));
  ElfFile library(Module(kCopied));
  program.Symbol("g_numbers").st_size = library.Symbol("g_numbers").st_size = 0x10000;
  program.Write(directory / kCopying);
  library.Write(directory / kCopied);
  const RunResult result = Start(GetParam(), directory / kCopying);
  EXPECT_NE(result.exit_status, 0) << result;
  if (!IsSignet(GetParam())) return;
  EXPECT_NE(result.err.find("outside every writable segment"), std::string::npos) << result;
}

}  // namespace
}  // namespace signet::test
