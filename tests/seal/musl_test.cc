// SPDX-License-Identifier: MIT
//
// A program for musl is sealed with all that it loads: the program, musl, a library, and a plugin
// that it loads later.
#include <gtest/gtest.h>

#include <fstream>
#include <string>
#include <vector>

#include "tests/seal/inspection.h"
#include "tests/seal/stopped_program.h"
#include "tests/support/capability.h"
#include "tests/support/load_test.h"
#include "tests/support/process.h"
#include "tests/support/temporary_directory.h"
#include "tests/support/ways.h"

namespace signet::test {
namespace {

constexpr const char* kLibrary = R"(
int zero;
int* const where = &zero;
int add(int n) { return *where + n; }
)";

constexpr const char* kProgram = R"(
#include <dlfcn.h>
#include <signal.h>
int add(int);
int main(void) {
  void* plugin = dlopen("libplugin.so", RTLD_NOW);
  int (*plug)(int) = plugin ? (int (*)(int))dlsym(plugin, "plug") : 0;
  if (!plug || plug(2) != add(2)) return 1;
  raise(SIGSTOP);
  return 5;
}
)";

constexpr const char* kPlugin = R"(
int add(int);
int (*const through)(int) = add;
int plug(int n) { return through(n); }
)";

// The program seals two pages of its own, one of them read-only, and asks musl to discard both.
constexpr const char* kAdviser = R"(
#include <stddef.h>
#include <sys/mman.h>
int mseal(void*, size_t, unsigned long) __attribute__((weak));
int main(void) {
  char* pages = mmap(0, 8192, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
  pages[0] = 40;
  pages[4096] = 2;
  if (mprotect(pages, 4096, PROT_READ) != 0 || mseal(pages, 8192, 0) != 0) return 1;
  if (posix_madvise(pages, 8192, POSIX_MADV_DONTNEED) != 0) return 2;
  if (mprotect(pages, 8192, PROT_READ) == 0) return 3;
  return pages[0] + pages[4096];
}
)";

class MuslTest : public testing::Test {
 protected:
  void SetUp() override {
    if (const std::string reason = MissingProgramReason("musl-gcc"); !reason.empty()) {
      SIGNET_SKIP_WITHOUT(kPrograms, reason);
    }
  }

  void Build(const std::string& name, const char* source, std::vector<std::string> options) const {
    std::ofstream(directory_ / (name + ".c")) << source;
    options.insert(options.begin(), {"/usr/bin/env", "musl-gcc", "-O1", "-o", name, name + ".c"});
    const RunResult result =
        RunProgram(options, BaseEnvironment(), {.directory = directory_.path()});
    ASSERT_EQ(result.exit_status, 0) << result;
  }

  TemporaryDirectory directory_;
};

class SealMusl : public MuslTest, public testing::WithParamInterface<Way> {
 protected:
  void SetUp() override {
    if (!KernelHasMseal()) SIGNET_SKIP_WITHOUT(kMseal, "this kernel has no mseal");
    MuslTest::SetUp();
    if (IsSkipped()) return;
    Build("libmusltest.so", kLibrary, {"-shared", "-fPIC"});
    Build("libplugin.so", kPlugin, {"-shared", "-fPIC"});
  }

  void ExpectSealed(std::vector<std::string> options) const {
    options.insert(options.end(), {"-L.", "-lmusltest", "-Wl,-rpath,$ORIGIN,-z,relro,-z,now"});
    Build("program", kProgram, options);
    const std::string program = directory_ / "program";
    const InterpCopy copy(program, Loader());
    std::vector<std::string> argv = {program};
    if (GetParam() == Way::kInterp) argv = {copy.path()};
    if (GetParam() == Way::kCommand) argv.insert(argv.begin(), Loader());
    const Stopped stopped(argv);
    ASSERT_TRUE(stopped.ok());
    EXPECT_EQ(stopped.Faults(kDefaultKinds), "");
    std::string names;
    for (const LoadedModule& module : stopped.image().modules()) names += module.path + "\n";
    for (const char* name : {argv.back().c_str(), "libmusltest.so", "libplugin.so", "musl"}) {
      EXPECT_NE(names.find(std::string(name)), std::string::npos) << name << " in\n" << names;
    }
  }
};
INSTANTIATE_TEST_SUITE_P(, SealMusl, testing::Values(Way::kCommand, Way::kInterp), WayName);

TEST_P(SealMusl, Program) { ExpectSealed({}); }

TEST_P(SealMusl, ProgramAtAFixedAddress) { ExpectSealed({"-no-pie", "-fno-pie"}); }

class AdviseMusl : public MuslTest, public testing::WithParamInterface<const char*> {};
INSTANTIATE_TEST_SUITE_P(, AdviseMusl, testing::Values("kernel", "guard", "seccomp"),
                         [](const auto& backend) { return std::string(backend.param); });

TEST_P(AdviseMusl, PosixMadviseThrowsNothingAway) {
  if (GetParam() == std::string("kernel") && !KernelHasMseal())
    SIGNET_SKIP_WITHOUT(kMseal, "this kernel has no mseal");
  Build("adviser", kAdviser, {"-fPIE", "-pie"});
  const RunResult result =
      RunProgram({Loader(), "--backend=" + std::string(GetParam()), directory_ / "adviser"});
  EXPECT_EQ(result.exit_status, 42) << result;
}

}  // namespace
}  // namespace signet::test
