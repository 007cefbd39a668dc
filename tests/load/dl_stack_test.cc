// SPDX-License-Identifier: MIT
//
// Executable stacks, which modules demand at the start or by dlopen: those of all threads.
#include "tests/load/dl_script.h"

namespace signet::test {
namespace {

// Since 2.41 glibc refuses to make stacks executable that are in use.
constexpr bool kLibcRefuses = __GLIBC_PREREQ(2, 41);

class DlStack : public DlTest {
 protected:
  // What the stacks of the first thread, before and after, and of the others are like.
  void ExpectStacks(const std::string& program, const std::vector<std::string>& library,
                    const std::string& before, const std::string& after, const std::string& others,
                    const StartOptions& options = {}, const std::string& dlopen = "ok") {
    ExpectProgram(
        program, library,
        "main: " + before + (library.empty() ? "" : "\ndlopen: " + dlopen) + "\nmain: " + after +
            "\nthread that was there: " + others + "\nthread with an old stack: " + others +
            "\nthread with an old stack: " + others + "\nthread with a new stack: " + others + "\n",
        options);
  }

  void ExpectOpened(const std::string& library, const StartOptions& options = {}) {
    if (kLibcRefuses) {
      const std::string name = way() == Way::kSystem ? library : InDl(library);
      ExpectStacks(
          "stack", {library}, "rw-p", "rw-p", "rw-p", options,
          name + ": cannot enable executable stack as shared object requires: Invalid argument");
    } else {
      ExpectStacks("stack", {library}, "rw-p", "rwxp", "rwxp", options);
    }
  }
};
SIGNET_DL_WAYS(DlStack);

TEST_P(DlStack, NobodyDemandsIt) { ExpectStacks("stack", {}, "rw-p", "rw-p", "rw-p"); }

TEST_P(DlStack, LinkedLibrary) {
  ExpectStacks("stack-links-wanted", {}, "rwxp", "rwxp", "rwxp");
  ExpectStacks("stack-links-unsaid", {}, "rwxp", "rwxp", "rwxp");
}

TEST_P(DlStack, OpenedLibrary) {
  ExpectOpened("libstack-wanted.so");
  ExpectOpened("libstack-unsaid.so");
}

// Then libc does it by itself.
TEST_P(DlStack, OpenedLibraryWithoutSeals) {
  if (!IsCommand(way())) GTEST_SKIP() << "for a loader with options";
  for (const char* option : {"--seal=none", "--backend=guard", "--backend=seccomp"}) {
    ExpectOpened("libstack-wanted.so", {.loader_options = {option}});
  }
}

TEST_P(DlStack, Program) {
  ExpectStacks("stack-wanted", {"libstack-unsaid.so"}, "rwxp", "rwxp", "rwxp");
  // The kernel's rule for a program that does not say it is another than ld.so's.
  const bool is_mapped_by_kernel = way() == Way::kInterp || way() == Way::kSystem;
  const std::string main = is_mapped_by_kernel ? "rw-p" : "rwxp";
  ExpectStacks("stack-unsaid", {}, main, main, "rwxp");
  ExpectStacks("stack-unsaid", {"libstack-wanted.so"}, main, main, "rwxp");
}

}  // namespace
}  // namespace signet::test
