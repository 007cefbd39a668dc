// SPDX-License-Identifier: MIT
//
// Limits of what a start may cost, in what can be counted: minor faults and the loader's own system
// calls. They do not depend on what else a machine does. Times do, so they have no limit anywhere;
// bench/startup measures them.
//
// Each limit is for one version of a program, that of Debian 12. Others have other closures, and
// are skipped.
#include <gtest/gtest.h>

#include <algorithm>
#include <fstream>
#include <optional>
#include <ostream>
#include <string>
#include <tuple>
#include <vector>

#include "bench/startup/launch.h"
#include "bench/startup/ways.h"
#include "tests/real/own_calls.h"
#include "tests/support/capability.h"
#include "tests/support/ways.h"

namespace signet::test {
namespace {

using bench::Kind;

struct Limit {
  bench::Program program;
  std::string version;  // how its --version begins
  int faults = 0;
  bool needs_huge_pages = false;
};

// Whether the kernel gives huge pages to memory for which somebody asks.
bool HasHugePagesOnRequest() {
  std::ifstream setting("/sys/kernel/mm/transparent_hugepage/enabled");
  std::string text;
  return std::getline(setting, text) && text.find("[never]") == std::string::npos;
}

void PrintTo(const Limit& limit, std::ostream* stream) { *stream << limit.program.name; }

// Why a limit says nothing on this machine, or "".
std::string ReasonToSkip(const bench::Program& program, const std::string& version) {
  const std::optional<std::string> path = bench::FindProgram(program.name);
  if (!path) return program.name + " is not installed";
  for (const char* option : {"--version", "-version"}) {
    if (RunProgram({*path, option}).out.starts_with(version)) return "";
  }
  return program.name + " is not that of the limit, " + version;
}

class Starts {
 public:
  explicit Starts(const bench::Program& program) : ways_(program, {{"", Loader()}}) {}

  const bench::Command& Command(Kind kind) const {
    return std::ranges::find(ways_.all(), kind, &bench::Way::kind)->command;
  }

  // The median of many starts, because a random address may need one more or one less. The first
  // ones fill the page cache.
  int Faults(Kind kind) const {
    constexpr size_t kWarmUps = 2;
    constexpr size_t kStarts = 51;
    std::vector<int> faults;
    for (size_t i = 0; i < kWarmUps + kStarts; ++i) {
      const bench::Run run = bench::Launch(Command(kind));
      EXPECT_EQ(run.status, 0);
      if (i >= kWarmUps) faults.push_back(static_cast<int>(run.minor_faults));
    }
    std::ranges::sort(faults);
    return faults[kStarts / 2];
  }

 private:
  bench::Ways ways_;
};

std::string NameOf(Kind kind) { return kind == Kind::kCommand ? "command" : "interp"; }

class FaultLimits : public testing::TestWithParam<std::tuple<Limit, Kind>> {};

TEST_P(FaultLimits, Hold) {
  const auto& [limit, kind] = GetParam();
  if (const std::string reason = ReasonToSkip(limit.program, limit.version); !reason.empty()) {
    SIGNET_SKIP_WITHOUT(kPrograms, reason);
  }
  if (limit.needs_huge_pages && !HasHugePagesOnRequest()) {
    GTEST_SKIP() << "the kernel is told never to use transparent huge pages";
  }
  const Starts starts(limit.program);
  const int faults = starts.Faults(kind);
  RecordProperty("minor_faults", faults);
  EXPECT_LE(faults, limit.faults);
}

INSTANTIATE_TEST_SUITE_P(
    , FaultLimits,
    testing::Combine(
        testing::Values(
            Limit{{.name = "clang", .arguments = {"--version"}},
                  "Debian clang version 14.0",
                  2010,
                  true},
            Limit{{.name = "cmake", .arguments = {"--version"}}, "cmake version 3.25", 900},
            Limit{{.name = "ffmpeg", .arguments = {"-version"}}, "ffmpeg version 5.1", 3455}),
        testing::Values(Kind::kCommand, Kind::kInterpreter)),
    [](const testing::TestParamInfo<FaultLimits::ParamType>& test) {
      return std::get<0>(test.param).program.name + "_" + NameOf(std::get<1>(test.param));
    });

// The smallest program: what Signet costs in any case.
class SmallestProgram : public testing::TestWithParam<Kind> {
 protected:
  void SetUp() override {
    if (const std::string reason = ReasonToSkip(program_, "true (GNU coreutils) 9.1");
        !reason.empty()) {
      SIGNET_SKIP_WITHOUT(kPrograms, reason);
    }
  }

  const bench::Program program_ = {.name = "true"};
};

TEST_P(SmallestProgram, OwnSystemCalls) {
  constexpr int kLimit = 47;
  const Starts starts(program_);
  const int calls = CountOwnCalls(starts.Command(GetParam()), Loader());
  RecordProperty("system_calls", calls);
  EXPECT_LE(calls, kLimit);
  EXPECT_GT(calls, 0);
}

TEST_P(SmallestProgram, MinorFaultsMoreThanLdSo) {
  constexpr int kLimit = 18;
  const Starts starts(program_);
  const int more = starts.Faults(GetParam()) - starts.Faults(Kind::kLazy);
  RecordProperty("more_minor_faults", more);
  EXPECT_LE(more, kLimit);
}

INSTANTIATE_TEST_SUITE_P(, SmallestProgram, testing::Values(Kind::kCommand, Kind::kInterpreter),
                         [](const testing::TestParamInfo<Kind>& test) {
                           return NameOf(test.param);
                         });

// The tracer tells the two linkers' calls apart: under ld.so there is one, which makes all but
// those of libc and the program.
TEST(OwnCalls, OfTheSystemsLinker) {
  const Starts starts({.name = "true"});
  const bench::Command& lazy = starts.Command(Kind::kLazy);
  EXPECT_GT(CountOwnCalls(lazy, SystemLoader()), 5);
  EXPECT_THROW(CountOwnCalls(lazy, Loader()), std::runtime_error);
}

}  // namespace
}  // namespace signet::test
