// SPDX-License-Identifier: MIT
//
// The seals of real programs, large ones included, withstand every attack of `signet verify`.
#include <gtest/gtest.h>
#include <sys/utsname.h>

#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <nlohmann/json.hpp>
#include <sstream>
#include <string>
#include <string_view>
#include <vector>

#include "tests/support/capability.h"
#include "tests/support/compatibility.h"
#include "tests/support/process.h"
#include "tests/support/ways.h"
#include "tool/kernel_info.h"

namespace signet::test {
namespace {

namespace fs = std::filesystem;
using nlohmann::json;

struct VerifyCase {
  std::string name;
  std::string package;
  std::string path;
};

void PrintTo(const VerifyCase& given, std::ostream* stream) { *stream << given.name; }

std::vector<VerifyCase> ReadCases() {
  std::vector<VerifyCase> cases;
  std::ifstream file(SIGNET_TEST_VERIFY_PROGRAMS);
  for (std::string line; std::getline(file, line);) {
    VerifyCase given;
    if (!line.starts_with('#') &&
        std::istringstream(line) >> given.name >> given.package >> given.path)
      cases.push_back(given);
  }
  return cases;
}

uint64_t RangeCount(const json& report) {
  uint64_t count = 0;
  for (const auto& [kind, ranges] : report["ranges"]["attacked"].items())
    count += ranges.get<uint64_t>();
  return count;
}

// "6.18.44", without what a distributor appends. Debian's release names only an interface. The
// version is elsewhere: "#1 SMP PREEMPT_DYNAMIC Debian 6.1.192-2 (2026-09-30)".
std::string KernelVersion() {
  utsname names = {};
  uname(&names);
  constexpr std::string_view kDebian = "Debian ";
  const std::string built = names.version;
  const size_t debian = built.find(kDebian);
  const std::string version =
      debian == std::string::npos ? names.release : built.substr(debian + kDebian.size());
  return version.substr(0, version.find_first_of("- "));
}

// A record for tests/verified/table.
std::ofstream OpenRecord(const std::string& name) {
  const fs::path directory = SIGNET_TEST_VERIFIED;
  fs::create_directories(directory);
  std::ofstream file(directory / name);
  return file;
}

void Record(const VerifyCase& given, const json& report) {
  const json& sum = report["summary"];
  const std::string backend = report["backend"];
  const std::string kernel = KernelVersion();
  uint64_t expected = 0;
  for (const json& breach : report["breaches"]) expected += breach["expected"].is_null() ? 0 : 1;
  OpenRecord("program-" + std::string(given.name) + "-" + backend + "-" + kernel)
      << backend << '\t' << kernel << '\t' << given.name << '\t' << PackageVersion(given.package)
      << '\t' << RangeCount(report) << '\t' << sum["attacks"] << '\t' << sum["denied"] << '\t'
      << sum["by_design"] << '\t' << sum["breaches"] << '\t' << expected << '\n';
}

RunResult Verify(const std::vector<std::string>& arguments) {
  std::vector<std::string> command = {Tool(), "verify"};
  command.insert(command.end(), arguments.begin(), arguments.end());
  // An emulated processor needs ten times as long.
  const std::chrono::seconds timeout(std::getenv("SIGNET_TEST_KERNEL") == nullptr ? 110 : 1200);
  return RunProgram(command, BaseEnvironment(), {.timeout = timeout});
}

class VerifyProgram : public testing::TestWithParam<VerifyCase> {
 protected:
  void SetUp() override {
    if (!fs::exists(GetParam().path))
      SIGNET_SKIP_WITHOUT(kPrograms, GetParam().path << " is not installed");
  }
};
INSTANTIATE_TEST_SUITE_P(, VerifyProgram, testing::ValuesIn(ReadCases()),
                         [](const testing::TestParamInfo<VerifyCase>& given) {
                           return given.param.name;
                         });

TEST_P(VerifyProgram, NoSealIsBroken) {
  if (!tool::GetKernelInfo().has_mseal) SIGNET_SKIP_WITHOUT(kMseal, "this kernel has no mseal");
  const RunResult result = Verify({"--json", "--require=kernel", GetParam().path});
  ASSERT_EQ(result.exit_status, 0) << result;
  const json report = json::parse(result.out);
  EXPECT_EQ(report["backend"], "kernel");
  EXPECT_EQ(report["breaches"], json::array());
  EXPECT_GT(report["summary"]["denied"], 1000);
  Record(GetParam(), report);
}

// The weakness of the backend that holds the range, by its name in the documents. The backend
// seccomp leaves programs at fixed addresses to the backend guard.
bool IsDocumented(const json& breach) {
  if (breach["expected"].is_null()) return false;
  return breach["sealed"] == "guard" ? breach["by"] == "inline"
                                     : breach["attack"] == "io_uring MADV_DONTNEED";
}

// Returns the number of breaches. All must be documented.
size_t CountDocumented(const VerifyCase& given, const std::string& backend) {
  const RunResult result = Verify({"--json", "--backend=" + backend, given.path});
  const json report = json::parse(result.out);
  const json& breaches = report["breaches"];
  EXPECT_EQ(result.exit_status, breaches.empty() ? 0 : 1) << result;
  EXPECT_EQ(report["backend"], backend);
  EXPECT_GT(report["summary"]["denied"], 1000);
  for (const json& breach : breaches) EXPECT_TRUE(IsDocumented(breach)) << breach;
  Record(given, report);
  return breaches.size();
}

TEST_P(VerifyProgram, TheGuardHoldsWhatItPromises) {
  EXPECT_GT(CountDocumented(GetParam(), "guard"), 0u);
}

TEST_P(VerifyProgram, TheFilterHoldsWhatItPromises) { CountDocumented(GetParam(), "seccomp"); }

// A program with ranges of every kind. (Libraries of newer releases have no gaps.)
class VerifyAttacks : public testing::TestWithParam<const char*> {};
INSTANTIATE_TEST_SUITE_P(, VerifyAttacks, testing::Values("kernel", "guard", "seccomp"),
                         [](const auto& given) { return std::string(given.param); });

TEST_P(VerifyAttacks, OnEveryKind) {
  constexpr const char* kProgram = "/usr/bin/cmake";
  const std::string backend = GetParam();
  if (backend == "kernel" && !tool::GetKernelInfo().has_mseal)
    SIGNET_SKIP_WITHOUT(kMseal, "this kernel has no mseal");
  if (!fs::exists(kProgram)) SIGNET_SKIP_WITHOUT(kPrograms, kProgram << " is not installed");
  const RunResult result = Verify({"--backend=" + backend, "--seal=+data", kProgram});
  ASSERT_LE(result.exit_status, backend == "kernel" ? 0 : 1) << result;
  for (const char* kind : {" text", " rodata", " relro", " vdso", " data"}) {
    EXPECT_NE(result.out.substr(0, result.out.find(" left out")).find(kind), std::string::npos)
        << result;
  }
  // Without the list of breaches, because addresses differ from run to run.
  const size_t list = result.out.find("\nBREACHES\n");
  std::string table = result.out.substr(0, list);
  if (list != std::string::npos) table += result.out.substr(result.out.rfind("\n\n") + 1);
  OpenRecord("attacks-" + backend + "-" + KernelVersion()) << table;
}

}  // namespace
}  // namespace signet::test
