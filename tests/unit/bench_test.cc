// SPDX-License-Identifier: MIT
//
// The start-up benchmark's parts: statistics, the copies of a program, and what is read from files.
#include <gtest/gtest.h>

#include <cstddef>
#include <filesystem>
#include <fstream>
#include <iterator>
#include <stdexcept>
#include <string>
#include <system_error>
#include <vector>

#include "bench/startup/counters.h"
#include "bench/startup/cpuid.h"
#include "bench/startup/json.h"
#include "bench/startup/launch.h"
#include "bench/startup/statistics.h"
#include "bench/startup/ways.h"
#include "tests/support/interp_copy.h"
#include "tests/support/temporary_directory.h"

namespace signet::bench {
namespace {

TEST(BenchStatistics, PercentilesAreInterpolated) {
  const std::vector<double> samples = {40, 10, 30, 20, 50};
  EXPECT_DOUBLE_EQ(Percentile(samples, 0), 10);
  EXPECT_DOUBLE_EQ(Percentile(samples, 0.1), 14);
  EXPECT_DOUBLE_EQ(Percentile(samples, 0.5), 30);
  EXPECT_DOUBLE_EQ(Percentile(samples, 1), 50);
  EXPECT_DOUBLE_EQ(Percentile({7}, 0.1), 7);
}

TEST(BenchStatistics, Quartiles) {
  EXPECT_EQ(QuartilesOf({4, 1, 3, 2, 5}), (Quartiles{2, 3, 4}));
  EXPECT_EQ(QuartilesOf({2, 1}), (Quartiles{1.25, 1.5, 1.75}));
  EXPECT_EQ(QuartilesOf({7}), (Quartiles{7, 7, 7}));
}

TEST(BenchStatistics, GeometricMean) {
  const std::vector<double> samples = {0.5, 2, 1};
  EXPECT_DOUBLE_EQ(GeometricMean(samples), 1);
}

TEST(BenchStatistics, Rejection) {
  EXPECT_EQ(WhyRejected({0.95, 1.009, 1.05}), "");
  EXPECT_EQ(WhyRejected({0.95, 1.0125, 1.05}), "the control is off by 1.2%");
  EXPECT_EQ(WhyRejected({0.95, 0.98, 1.05}), "the control is off by 2.0%");
  EXPECT_EQ(WhyRejected({0.93, 1, 1.05}), "a quartile of the control is off by 7.0%");
  EXPECT_EQ(WhyRejected({0.95, 1, 1.08}), "a quartile of the control is off by 8.0%");
}

TEST(BenchLaunch, TimesFaultsStatusAndOutput) {
  const Command command = {
      .file = "/bin/sh", .argv = {"sh", "-c", "echo said; exit 3"}, .environ = {}};
  const bench::Run run = Launch(command, Output::kKeep);
  EXPECT_EQ(run.status, 3 << 8);
  EXPECT_EQ(run.output, "said\n");
  EXPECT_GT(run.cpu_seconds, 0);
  EXPECT_GT(run.wall_seconds, 0);
  EXPECT_GT(run.minor_faults, 0);
  EXPECT_EQ(Launch(command).output, "");
  EXPECT_THROW(Launch({.file = "/nowhere/at-all", .argv = {"a"}, .environ = {}}),
               std::system_error);
}

TEST(BenchCpuid, IsCountedByInstructions) {
  EXPECT_GT(TimeOfCpuid(), 0);
  // glibc's interpreter asks at least for the vendor, the family and two sets of features.
  EXPECT_GE(CountCpuids({.file = "/bin/true", .argv = {"true"}, .environ = {}}), 4);
}

std::string Contents(const std::filesystem::path& file) {
  std::ifstream stream(file, std::ios::binary);
  return {std::istreambuf_iterator<char>(stream), {}};
}

TEST(BenchWays, CopiesDifferInTheirInterpreterOnly) {
  const std::string loader = "/tmp/a-loader";
  std::filesystem::path copy;
  {
    const Ways ways({.name = "true", .arguments = {"x"}}, {{"", loader}});
    const std::vector<Way>& all = ways.all();
    ASSERT_EQ(all.size(), 6U);
    std::vector<std::string> names;
    for (const Way& way : all) names.push_back(way.name);
    EXPECT_EQ(names, (std::vector<std::string>{"lazy", "control", "LD_BIND_NOW", "command",
                                               "PT_INTERP", "--seal=none"}));
    copy = all[0].command.file;
    const std::filesystem::path interp_copy = all[4].command.file;
    EXPECT_EQ(test::InterpOf(copy), test::InterpOf("/usr/bin/true"));
    EXPECT_EQ(test::InterpOf(interp_copy), loader);
    EXPECT_NE(copy, all[1].command.file);

    // Outside of PT_INTERP all are the original.
    const std::string original = Contents("/usr/bin/true");
    EXPECT_EQ(Contents(copy), original);
    std::string changed = Contents(interp_copy);
    const size_t place = original.find(test::InterpOf("/usr/bin/true"));
    changed.replace(place, test::InterpOf("/usr/bin/true").size(), test::InterpOf("/usr/bin/true"));
    EXPECT_EQ(changed, original);

    const std::vector<std::string> command = all[3].command.argv;
    ASSERT_EQ(command.size(), 5U);
    EXPECT_EQ(command[0], loader);
    EXPECT_EQ(command[1], "--argv0");
    EXPECT_EQ(command[2], "/usr/bin/true");
    EXPECT_EQ(test::InterpOf(command[3]), test::InterpOf("/usr/bin/true"));
    EXPECT_EQ(command[4], "x");
    EXPECT_EQ(all[5].command.argv[1], "--seal=none");
    EXPECT_EQ(all[2].command.environ.back(), "LD_BIND_NOW=1");
  }
  EXPECT_FALSE(std::filesystem::exists(copy));
}

TEST(BenchWays, SeveralLoadersHaveNames) {
  const Ways ways({.name = "true"}, {{"A", "/tmp/a"}, {"B", "/tmp/b"}});
  ASSERT_EQ(ways.all().size(), 9U);
  EXPECT_EQ(ways.all()[3].name, "A command");
  EXPECT_EQ(ways.all()[7].name, "B PT_INTERP");
  EXPECT_THROW(Ways({.name = "no-such-program"}, {}), std::runtime_error);
}

TEST(BenchFaults, AreSummedByFunctionAndMemory) {
  // As `perf script` prints them: the address, then the instruction.
  const std::string script =
      "    7f6b9df1a8f0 [unknown] (//anon)     7f6b9deebfc7 signet_start (/lib/ld-signet.so)\n"
      "    7f6b9df1b8f0 [unknown] (//anon)     7f6b9deebfc8 signet_start (/lib/ld-signet.so)\n"
      "    7f6b9decf950 a::(anonymous namespace)::F(int)::room (/lib/liba.so)     7f6b9deebffe "
      "b::(anonymous namespace)::G (/lib/libb.so)\n"
      "not a line of a fault\n";
  const std::vector<FaultSite> sites = SumFaults(script);
  ASSERT_EQ(sites.size(), 2U);
  EXPECT_EQ(sites[0], (FaultSite{"ld-signet.so", "signet_start", "//anon", 2}));
  EXPECT_EQ(sites[1], (FaultSite{"libb.so", "b::(anonymous namespace)::G", "liba.so", 1}));
}

TEST(BenchPrograms, AreReadFromAFile) {
  const test::TemporaryDirectory directory;
  const std::string file = directory / "programs.json";
  std::ofstream(file) << R"([{"name": "a", "path": "/b", "arguments": ["c"], "figures": true},
                             {"name": "d", "path": "/e"}])";
  const std::vector<Program> programs = ReadPrograms(file);
  ASSERT_EQ(programs.size(), 2U);
  EXPECT_EQ(programs[0].name, "a");
  EXPECT_EQ(programs[0].path, "/b");
  EXPECT_EQ(programs[0].arguments, std::vector<std::string>{"c"});
  EXPECT_TRUE(programs[0].prints_figures);
  EXPECT_FALSE(programs[1].prints_figures);
  EXPECT_THROW(ReadPrograms(directory / "missing"), std::runtime_error);
}

}  // namespace
}  // namespace signet::bench
