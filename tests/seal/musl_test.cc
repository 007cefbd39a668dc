// SPDX-License-Identifier: MIT
//
// A program for musl and all that it loads is sealed: the program, musl, a library, and a plugin
// that comes later.
#include <gtest/gtest.h>

#include <fstream>
#include <string>
#include <vector>

#include "tests/seal/inspection.h"
#include "tests/seal/stopped_program.h"
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

class SealMusl : public testing::TestWithParam<Way> {
 protected:
  void SetUp() override {
    if (!KernelHasMseal()) GTEST_SKIP() << "this kernel has no mseal";
    if (const std::string reason = MissingProgramReason("musl-gcc"); !reason.empty()) {
      GTEST_SKIP() << reason;
    }
    Build("libmusltest.so", kLibrary, {"-shared", "-fPIC"});
    Build("libplugin.so", kPlugin, {"-shared", "-fPIC"});
  }

  void Build(const std::string& name, const char* source, std::vector<std::string> options) const {
    std::ofstream(directory_ / (name + ".c")) << source;
    options.insert(options.begin(), {"/usr/bin/env", "musl-gcc", "-O1", "-o", name, name + ".c"});
    const RunResult result =
        RunProgram(options, BaseEnvironment(), {.directory = directory_.path()});
    ASSERT_EQ(result.exit_status, 0) << result;
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

  TemporaryDirectory directory_;
};
INSTANTIATE_TEST_SUITE_P(, SealMusl, testing::Values(Way::kCommand, Way::kInterp), WayName);

TEST_P(SealMusl, Program) { ExpectSealed({}); }

TEST_P(SealMusl, ProgramAtAFixedAddress) { ExpectSealed({"-no-pie", "-fno-pie"}); }

}  // namespace
}  // namespace signet::test
