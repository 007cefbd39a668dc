// SPDX-License-Identifier: MIT
//
// The order of constructors and destructors in many graphs of dependencies, with cycles, with edges
// into what is opened, and with libraries that want to be first (DF_1_INITFIRST): as under ld.so.
#include <gtest/gtest.h>

#include <algorithm>
#include <random>

#include "tests/support/temporary_directory.h"
#include "tests/support/ways.h"

namespace signet::test {
namespace {

namespace fs = std::filesystem;

constexpr int kNodes = 6;

void AddNeeded(const fs::path& file, const std::vector<std::string>& names) {
  std::vector<std::string> command = {"/usr/bin/env", "patchelf"};
  for (const std::string& name : names) command.insert(command.end(), {"--add-needed", name});
  command.push_back(file.string());
  const RunResult result = RunProgram(command);
  ASSERT_EQ(result.exit_status, 0) << result;
}

// A directory with libraries 1 to 6 and a program, which need each other at random.
class Graph {
 public:
  explicit Graph(unsigned seed) : random_(seed) {
    for (int node = 1; node <= kNodes; ++node) {
      const std::string number = std::to_string(node);
      const std::string source = Chance(10) ? "first" + number : number;
      fs::copy_file(Module("order-nodes/lib" + source + ".so"),
                    directory_ / ("lib" + number + ".so"));
      AddNeeded(directory_ / ("lib" + number + ".so"), SomeNames(20));
    }
    fs::copy_file(Module("order-nodes/program"), program());
    AddNeeded(program(), SomeNames(15));
    opened_ = SomeNames(40);
  }

  fs::path program() const { return directory_ / "program"; }
  const std::vector<std::string>& opened() const { return opened_; }

 private:
  bool Chance(unsigned percent) { return random_() % 100 < percent; }

  std::vector<std::string> SomeNames(unsigned percent) {
    std::vector<std::string> names;
    for (int node = 1; node <= kNodes; ++node) {
      if (Chance(percent)) names.push_back("lib" + std::to_string(node) + ".so");
    }
    std::shuffle(names.begin(), names.end(), random_);
    return names;
  }

  const TemporaryDirectory directory_;
  std::minstd_rand random_;
  std::vector<std::string> opened_;
};

class OrderOfGraphs : public testing::TestWithParam<unsigned> {};

TEST_P(OrderOfGraphs, IsLdSos) {
  if (const std::string reason = MissingProgramReason("patchelf"); !reason.empty())
    GTEST_SKIP() << reason;
  for (unsigned i = 0; i < 10; ++i) {
    const Graph graph(GetParam() * 10 + i);
    // By today's rule, and by that of glibc before 2.35.
    for (const std::string rule : {"2", "1"}) {
      const StartOptions options = {
          .environment = {"GLIBC_TUNABLES=glibc.rtld.dynamic_sort=" + rule}};
      const RunResult expected = Start(Way::kSystem, graph.program(), graph.opened(), options);
      EXPECT_EQ(expected.exit_status, 0) << expected;
      for (const Way way : {Way::kCommand, Way::kInterp, Way::kNever}) {
        EXPECT_EQ(Start(way, graph.program(), graph.opened(), options).out, expected.out)
            << "graph " << GetParam() * 10 + i << ", " << ToString(way) << ", rule " << rule;
      }
    }
  }
}

INSTANTIATE_TEST_SUITE_P(, OrderOfGraphs, testing::Range(0u, 10u));

}  // namespace
}  // namespace signet::test
