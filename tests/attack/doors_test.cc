// SPDX-License-Identifier: MIT
//
// The doors that a backend leaves open: table B of docs/threat-model.md. Each test goes through
// one, with every backend. If a test fails, a door has been closed or opened, and the table has to
// be corrected.
#include <gtest/gtest.h>
#include <sys/mount.h>
#include <unistd.h>

#include "tests/support/capability.h"
#include "tests/support/kernel.h"
#include "tests/support/temporary_directory.h"
#include "tests/support/ways.h"

namespace signet::test {
namespace {

struct DoorCase {
  const char* door;
  const char* backend;
  const char* out;
};

std::string Name(const testing::TestParamInfo<DoorCase>& test) {
  std::string name = std::string(test.param.door) + "_" + test.param.backend;
  for (char& c : name) c = c == '-' ? '_' : c;
  return name;
}

class Doors : public testing::TestWithParam<DoorCase> {};

TEST_P(Doors, AreAsTheTableSays) {
  const auto [door, backend, out] = GetParam();
  if (backend == std::string_view("kernel") && !KernelHasMseal())
    SIGNET_SKIP_WITHOUT(kMseal, "this kernel has no mseal");
  const RunResult result =
      Start(Way::kCommand, Module("attack-doors"), {door, Module("libattack-code.so")},
            {.loader_options = {std::string("--backend=") + backend}});
  EXPECT_EQ(result.out, out) << result;
}

constexpr DoorCase kDoors[] = {
    {"function", "kernel", "library there\n"},
    {"function", "guard", "library gone\n"},
    {"function", "seccomp", "library there\n"},
    {"ring-inline", "kernel", "io_destroy: done, library there\n"},
    {"ring-inline", "guard", "io_destroy: done, library gone\n"},
    {"ring-inline", "seccomp", "io_destroy: done, library gone\n"},
    {"ring-call", "kernel", "io_destroy: done, library there\n"},
    {"ring-call", "guard", "io_destroy: done, library there\n"},
    {"ring-call", "seccomp", "io_destroy: done, library there\n"},
};
INSTANTIATE_TEST_SUITE_P(, Doors, testing::ValuesIn(kDoors), Name);

// The kernel may be set up to refuse it, and then it refuses all backends.
TEST(DoorsByTheKernel, SelfMem) {
  std::string first;
  for (const char* backend : {"none", "kernel", "guard", "seccomp"}) {
    const RunResult result =
        Start(Way::kCommand, Module("attack-doors"), {"self-mem", Module("libattack-code.so")},
              {.loader_options = {std::string("--backend=") + backend}});
    if (first.empty()) first = result.out;
    EXPECT_EQ(result.out, first) << backend << result;
  }
}

class HugeFile : public testing::TestWithParam<DoorCase> {};

// The filter sees no facts about a file, and who may open a file of a hugetlbfs needs no
// memfd_create.
TEST_P(HugeFile, ByAnInstruction) {
  const auto [door, backend, out] = GetParam();
  if (backend == std::string_view("kernel") && !KernelHasMseal())
    SIGNET_SKIP_WITHOUT(kMseal, "this kernel has no mseal");
  const TemporaryDirectory directory;
  if (mount("none", directory.path().c_str(), "hugetlbfs", 0, "pagesize=2M") != 0)
    SIGNET_SKIP_WITHOUT(kRoot, "hugetlbfs cannot be mounted here");
  const RunResult result = Start(Way::kCommand, Module("attack-doors"),
                                 {door, Module("libattack-code.so"), directory / "file"},
                                 {.loader_options = {std::string("--backend=") + backend}});
  umount(directory.path().c_str());
  EXPECT_EQ(result.out == "library there\n", std::string_view(out) == "library there\n") << result;
}

constexpr DoorCase kHugeFiles[] = {
    {"huge-file", "kernel", "library there\n"},
    {"huge-file", "guard", "gone"},  // and with it, perhaps, what is behind it
    {"huge-file", "seccomp", "gone"},
};
INSTANTIATE_TEST_SUITE_P(, HugeFile, testing::ValuesIn(kHugeFiles), Name);

}  // namespace
}  // namespace signet::test
