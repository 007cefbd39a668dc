// SPDX-License-Identifier: MIT
//
// The break is a way to unmap. A program that moves it where it does not belong must not unmap
// sealed memory. A kernel with mseal moves the break and refuses to take it down; the other
// backends refuse to move it.
#include <gtest/gtest.h>

#include "tests/support/capability.h"
#include "tests/support/kernel.h"
#include "tests/support/ways.h"

namespace signet::test {
namespace {

struct BreakCase {
  const char* backend;
  const char* move;  // how prctl is called
  const char* down;  // how the break goes down
  bool moves = false;
  bool is_kept = true;
};

class Break : public testing::TestWithParam<BreakCase> {};

// libc itself is not guarded. That it takes an instruction is in table B of docs/threat-model.md.
TEST_P(Break, DoesNotUnmapSealedMemory) {
  const auto [backend, move, down, moves, is_kept] = GetParam();
  if (backend == std::string_view("kernel") && !KernelHasMseal())
    SIGNET_SKIP_WITHOUT(kMseal, "this kernel has no mseal");
  for (const bool is_root : {true, false}) {
    StartOptions options = {.loader_options = {std::string("--backend=") + backend}};
    if (!is_root && !OthersReachModules())
      SIGNET_SKIP_WITHOUT(kRoot, "the directory of the modules is closed to other users");
    if (!is_root) options.wrapper = AsNobody();
    const RunResult result = Start(Way::kCommand, Module("attack-break"),
                                   {move, down, Module("libattack-code.so")}, options);
    if (moves && result.out.find("not moved") != std::string::npos)
      SIGNET_SKIP_WITHOUT(kRoot, "the break cannot be moved here by prctl");
    EXPECT_EQ(result.out, std::string(down == std::string_view("inline") ? "" : "mseal: 0\n") +
                              "break: " + (moves ? "moved" : "not moved") + "\nsealed memory is " +
                              (is_kept ? "there" : "gone") + "\n")
        << result;
  }
}

constexpr BreakCase kCases[] = {
    {"kernel", "call", "sbrk", true},   {"kernel", "call", "brk", true},
    {"kernel", "call", "malloc", true}, {"kernel", "call", "inline", true},
    {"guard", "call", "sbrk"},          {"guard", "call", "brk"},
    {"guard", "call", "malloc"},        {"guard", "syscall", "malloc"},
    {"guard", "call", "inline"},        {"guard", "inline", "sbrk", true},
    {"guard", "inline", "brk", true},   {"guard", "inline", "malloc", true, false},
    {"seccomp", "call", "malloc"},      {"seccomp", "syscall", "malloc"},
    {"seccomp", "inline", "malloc"},    {"seccomp", "inline", "inline"},
};
INSTANTIATE_TEST_SUITE_P(, Break, testing::ValuesIn(kCases), [](const auto& test) {
  return std::string(test.param.backend) + "_" + test.param.move + "_" + test.param.down;
});

}  // namespace
}  // namespace signet::test
