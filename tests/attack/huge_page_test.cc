// SPDX-License-Identifier: MIT
//
// The kernel rounds up a request that is about huge pages: one page of 4 KiB in front of a sealed
// library may replace the library. No backend lets that pass, however the page is asked for, and
// what is not rounded up, or lies far away, works as always.
#include <gtest/gtest.h>
#include <unistd.h>

#include <filesystem>

#include "tests/support/capability.h"
#include "tests/support/kernel.h"
#include "tests/support/ways.h"

namespace signet::test {
namespace {

struct Attempt {
  const char* name;
  const char* answer;  // near the library
};

constexpr Attempt kAttempts[] = {
    {"mmap MAP_HUGETLB", "EPERM"}, {"mmap of a file", "EPERM"},      {"mremap", "EPERM"},
    {"mremap to shrink", "EPERM"}, {"mremap of several", "EPERM"},   {"shmat", "EPERM"},
    {"plain mmap", "done"},        {"plain mmap of a file", "done"}, {"plain mremap", "done"},
};

void EraseLines(std::string& text, std::string_view start) {
  for (size_t at; (at = text.find(start)) != std::string::npos;)
    text.erase(at, text.find('\n', at) + 1 - at);
}

bool Has(std::string_view size) {
  return std::filesystem::exists("/sys/kernel/mm/hugepages/hugepages-" +
                                 std::string(size == "1G" ? "1048576kB" : "2048kB"));
}

class HugePages
    : public testing::TestWithParam<std::tuple<const char*, const char*, const char*, bool>> {
 protected:
  static std::string backend() { return std::get<0>(GetParam()); }
  static std::string size() { return std::get<1>(GetParam()); }
  static std::string way() { return std::get<2>(GetParam()); }
  static bool IsRoot() { return std::get<3>(GetParam()); }

  // An address at which no huge page begins is a matter of luck.
  static RunResult Attack() {
    StartOptions options = {.loader_options = {"--backend=" + backend()}};
    if (!IsRoot()) options.wrapper = AsNobody();
    RunResult result;
    for (int i = 0; i < 8 && (i == 0 || result.out.starts_with("the library begins")); ++i) {
      result = Start(Way::kCommand, Module("attack-huge"),
                     {Module("libattack-code.so"), size(), way()}, options);
    }
    return result;
  }

  // What the attempt does in a place where it reaches nothing sealed.
  static std::string AnswerFar(std::string_view name) {
    if (name == "shmat" && !IsRoot()) return "EPERM";  // from shmget
    const bool filter_denies = name == "mmap of a file" || name == "shmat";
    return backend() == "seccomp" && filter_denies ? "EPERM" : "done";
  }
};

TEST_P(HugePages, DoNotReachTheLibrary) {
  if (backend() == "kernel" && !KernelHasMseal())
    SIGNET_SKIP_WITHOUT(kMseal, "this kernel has no mseal");
  if (!Has(size())) SIGNET_SKIP_WITHOUT(kHugePages, "this machine has no pages of " << size());
  if (geteuid() != 0) SIGNET_SKIP_WITHOUT(kRoot, "only root can be both");
  if (!IsRoot() && !OthersReachModules())
    GTEST_SKIP() << ModuleDirectory() << " is closed to the other user";
  std::string wanted;
  for (const auto& [name, answer] : kAttempts)
    wanted += std::string(name) + " near: " + answer + ", library there\n";
  for (const auto& [name, answer] : kAttempts)
    wanted += std::string(name) + " far: " + AnswerFar(name) + ", library there\n";
  if (way() != "inline")
    wanted +=
        "mseal of a part: EINVAL, behind a part: EINVAL, of a page: done, munmap: EPERM, mremap: "
        "EPERM\n";
  RunResult result = Attack();
  if (way() == "inline") EraseLines(result.out, "mseal");  // the filter has no seals of the program
  if (result.out.find("mremap of several far: done") == std::string::npos) {
    EraseLines(wanted, "mremap of several");  // before Linux 6.17
    EraseLines(result.out, "mremap of several");
  }
  EXPECT_EQ(result.out, wanted) << result;
}

std::string Name(const testing::TestParamInfo<HugePages::ParamType>& test) {
  return std::string(std::get<0>(test.param)) + "_" + std::get<1>(test.param) + "_" +
         std::get<2>(test.param) + (std::get<3>(test.param) ? "_root" : "_user");
}

INSTANTIATE_TEST_SUITE_P(, HugePages,
                         testing::Combine(testing::Values("kernel", "guard", "seccomp"),
                                          testing::Values("2M", "1G"),
                                          testing::Values("call", "syscall"), testing::Bool()),
                         Name);
// A guard does not see the attacker's own instructions.
INSTANTIATE_TEST_SUITE_P(Inline, HugePages,
                         testing::Combine(testing::Values("kernel", "seccomp"),
                                          testing::Values("2M", "1G"), testing::Values("inline"),
                                          testing::Bool()),
                         Name);

}  // namespace
}  // namespace signet::test
