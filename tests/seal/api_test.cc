// SPDX-License-Identifier: MIT
//
// include/signet/signet.h: every backend gives the same answers, the examples of the documents
// work, and programs that use it also run without Signet.
#include <gtest/gtest.h>

#include <fstream>
#include <string>

#include "tests/support/capability.h"
#include "tests/support/kernel.h"
#include "tests/support/load_test.h"
#include "tests/support/temporary_directory.h"
#include "tests/support/ways.h"

namespace signet::test {
namespace {

std::string Output(const std::string& backend, const std::string& program,
                   const std::vector<std::string>& args = {}) {
  const RunResult result =
      Start(Way::kCommand, program, args, {.loader_options = {"--backend=" + backend}});
  EXPECT_EQ(result.exit_status, 0) << result;
  EXPECT_EQ(result.err, "");
  return result.out;
}

// Each backend must give the answers of the others.
TEST(Api, GuardAnswersAsTheKernel) {
  if (!KernelHasMseal()) SIGNET_SKIP_WITHOUT(kMseal, "this kernel has no mseal");
  const std::string kernel = Output("kernel", Module("api-contract"));
  EXPECT_EQ(Output("guard", Module("api-contract")), kernel);
  for (const char* line :
       {"sealed: 1 1 0 0", "mprotect wrong: -1 EINVAL [abcdef]", "mmap bad file: -1 EBADF",
        "syscall munmap: -1 EPERM", "syscall mprotect: -1 EPERM [ABcdef]",
        "syscall madvise: -1 EPERM [::cdef]", "remap_file_pages, shared: -1 EPERM",
        "shmat over: -1 EPERM", "break stays: 1"}) {
    EXPECT_NE(kernel.find(std::string(line)), std::string::npos) << line << "\n" << kernel;
  }
}

class ApiOf : public testing::TestWithParam<const char*> {
 protected:
  void SetUp() override {
    if (GetParam() == std::string("kernel") && !KernelHasMseal())
      SIGNET_SKIP_WITHOUT(kMseal, "this kernel has no mseal");
  }
};
INSTANTIATE_TEST_SUITE_P(, ApiOf, testing::Values("kernel", "guard", "seccomp"),
                         [](const auto& backend) { return std::string(backend.param); });

TEST_P(ApiOf, StrongReference) {
  EXPECT_EQ(Output(GetParam(), Module("api-strong")), "mseal: 0\nmunmap: EPERM\n");
}

TEST_P(ApiOf, Cxx) {
  const std::string backend = GetParam();
  EXPECT_EQ(
      Output(backend, Module("api-cxx")),
      "mimmutable: 0\nof a variable: 0\nall visited: 0, own: 1, sealed ones of libc: 1, more: "
      "1\nstopped: 5\nbackend: " +
          std::string(backend == "kernel"  ? "3"
                      : backend == "guard" ? "1"
                                           : "2") +
          "\n");
}

TEST_P(ApiOf, WithoutLibc) {
  EXPECT_EQ(Output(GetParam(), Module("api-freestanding")),
            "mseal: 0\nmseal with flags: -1\nis sealed: 1\nsignet_seal, unaligned: 22\n");
}

TEST_P(ApiOf, ExampleSealedConfiguration) {
  const TemporaryDirectory directory;
  const std::string file = directory.path() / "configuration";
  std::ofstream(file) << "answer=42\n";
  EXPECT_EQ(Output(GetParam(), Module("example-sealed-config"), {file}),
            "configuration: answer=42 (sealed)\nmprotect: Operation not permitted\n"
            "MADV_DONTNEED: Operation not permitted\nconfiguration: answer=42\n");
}

TEST_P(ApiOf, ExampleArenaBehindAKey) {
  const RunResult result = Start(Way::kCommand, Module("example-pkey-arena"), {},
                                 {.loader_options = {"--backend=" + std::string(GetParam())}});
  if (result.exit_status == 77) SIGNET_SKIP_WITHOUT(kPkey, "no protection keys on this machine");
  EXPECT_EQ(result.exit_status, 0) << result;
  EXPECT_EQ(result.out,
            "who may not write: Operation not permitted, first byte 42\n"
            "who may write: pages given back, first byte 0\nmunmap: Operation not permitted\n");
}

TEST(Api, NothingSeals) {
  const RunResult result =
      Start(Way::kCommand, Module("api-strong"), {}, {.loader_options = {"--backend=none"}});
  EXPECT_EQ(result.out, "mseal: -1\nmunmap: no EPERM\n") << result;
}

TEST(Api, OutsideSignetReferencesAreNull) {
  EXPECT_EQ(Start(Way::kSystem, Module("api-contract")).out, "not under Signet\n");
  EXPECT_EQ(Start(Way::kSystem, Module("api-cxx")).out, "not under Signet\n");
  const TemporaryDirectory directory;
  const std::string file = directory.path() / "configuration";
  std::ofstream(file) << "answer=42\n";
  EXPECT_EQ(Start(Way::kSystem, Module("example-sealed-config"), {file}).out,
            "configuration: answer=42 (not sealed)\n");
}

}  // namespace
}  // namespace signet::test
