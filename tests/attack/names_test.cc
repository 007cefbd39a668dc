// SPDX-License-Identifier: MIT
//
// A function of libc may have several names. By none of them a program gets libc's own function if
// a guard stands in front of it.
#include <gtest/gtest.h>

#include "tests/support/capability.h"
#include "tests/support/ways.h"

namespace signet::test {
namespace {

class Names : public testing::TestWithParam<std::tuple<const char*, const char*>> {};

TEST_P(Names, LeadToTheGuards) {
  const auto [program, backend] = GetParam();
  if (const std::string reason = MissingReason(program); !reason.empty())
    SIGNET_SKIP_WITHOUT(kPrograms, reason);
  const RunResult result = Start(Way::kCommand, Module(program), {},
                                 {.loader_options = {std::string("--backend=") + backend}});
  EXPECT_EQ(result.exit_status, 0) << result;
  for (const char* name : {"munmap", "mprotect", "mmap", "mremap", "madvise", "shmat", "shmdt",
                           "brk", "sbrk", "prctl", "syscall", "remap_file_pages"})
    EXPECT_NE(result.out.find(std::string(name) + " is a name\n"), std::string::npos) << result;
  EXPECT_EQ(result.out.find(" by "), std::string::npos) << result;
}

INSTANTIATE_TEST_SUITE_P(, Names,
                         testing::Combine(testing::Values("attack-aliases", "attack-aliases-musl"),
                                          testing::Values("guard", "seccomp")),
                         [](const auto& test) {
                           const bool is_musl =
                               std::string_view(std::get<0>(test.param)).ends_with("musl");
                           return std::string(is_musl ? "musl_" : "glibc_") +
                                  std::get<1>(test.param);
                         });

// The test is worth something only if libc's own functions are found where there are no guards.
TEST(NamesUnguarded, LeadToLibc) {
  const RunResult result =
      Start(Way::kCommand, Module("attack-aliases"), {}, {.loader_options = {"--backend=none"}});
  for (const char* name : {"munmap", "__munmap", "mmap64", "__sbrk", "prctl"}) {
    for (const char* way : {"linking", "dlsym RTLD_DEFAULT", "dlsym RTLD_NEXT", "dlsym of libc"}) {
      EXPECT_NE(result.out.find(std::string(name) + " by " + way + ": libc's own\n"),
                std::string::npos)
          << result;
    }
  }
}

}  // namespace
}  // namespace signet::test
