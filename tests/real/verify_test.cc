// SPDX-License-Identifier: MIT
//
// The seals of real programs, large ones included, withstand every attack of `signet verify`.
#include <gtest/gtest.h>
#include <sys/utsname.h>

#include <filesystem>
#include <fstream>
#include <nlohmann/json.hpp>
#include <string>
#include <string_view>
#include <vector>

#include "sealer/cli/kernel_info.h"
#include "tests/support/compatibility.h"
#include "tests/support/process.h"
#include "tests/support/ways.h"

namespace signet::test {
namespace {

namespace fs = std::filesystem;
using nlohmann::json;

struct VerifyCase {
  const char* name;
  const char* path;
  const char* package;
};

void PrintTo(const VerifyCase& given, std::ostream* stream) { *stream << given.name; }

constexpr VerifyCase kCases[] = {
    {"true", "/usr/bin/true", "coreutils"},
    {"ls", "/usr/bin/ls", "coreutils"},
    {"bash", "/usr/bin/bash", "bash"},
    {"sed", "/usr/bin/sed", "sed"},
    {"grep", "/usr/bin/grep", "grep"},
    {"gawk", "/usr/bin/gawk", "gawk"},
    {"find", "/usr/bin/find", "findutils"},
    {"tar", "/usr/bin/tar", "tar"},
    {"xz", "/usr/bin/xz", "xz-utils"},
    {"git", "/usr/bin/git", "git"},
    {"make", "/usr/bin/make", "make"},
    {"cmake", "/usr/bin/cmake", "cmake"},
    {"as", "/usr/bin/x86_64-linux-gnu-as", "binutils-x86-64-linux-gnu"},
    {"ld", "/usr/bin/x86_64-linux-gnu-ld.bfd", "binutils-x86-64-linux-gnu"},
    {"gcc", "/usr/bin/x86_64-linux-gnu-gcc-12", "gcc-12"},
    {"cc1plus", "/usr/lib/gcc/x86_64-linux-gnu/12/cc1plus", "g++-12"},
    {"clang", "/usr/lib/llvm-14/bin/clang", "clang-14"},
    {"lld", "/usr/lib/llvm-14/bin/lld", "lld-14"},
    {"llvm_objdump", "/usr/lib/llvm-14/bin/llvm-objdump", "llvm-14"},
    {"gdb", "/usr/bin/gdb", "gdb"},
    {"perf", "/usr/bin/perf", "linux-perf"},
    {"perl", "/usr/bin/perl", "perl-base"},
    {"python3", "/usr/bin/python3.11", "python3.11-minimal"},
    {"node", "/usr/bin/node", "nodejs"},
    {"java", "/usr/lib/jvm/java-17-openjdk-amd64/bin/java", "openjdk-17-jre-headless"},
    {"lua", "/usr/bin/lua5.4", "lua5.4"},
    {"tclsh", "/usr/bin/tclsh8.6", "tcl8.6"},
    {"openssl", "/usr/bin/openssl", "openssl"},
    {"curl", "/usr/bin/curl", "curl"},
    {"ssh", "/usr/bin/ssh", "openssh-client"},
    {"gpg", "/usr/bin/gpg", "gpg"},
    {"sqlite3", "/usr/bin/sqlite3", "sqlite3"},
    {"nginx", "/usr/sbin/nginx", "nginx"},
    {"apache", "/usr/sbin/apache2", "apache2-bin"},
    {"postgres", "/usr/lib/postgresql/15/bin/postgres", "postgresql-15"},
    {"redis", "/usr/bin/redis-check-rdb", "redis-tools"},
    {"ffmpeg", "/usr/bin/ffmpeg", "ffmpeg"},
    {"qemu", "/usr/bin/qemu-system-x86_64", "qemu-system-x86"},
};

uint64_t RangeCount(const json& report) {
  uint64_t count = 0;
  for (const auto& [kind, ranges] : report["ranges"]["attacked"].items())
    count += ranges.get<uint64_t>();
  return count;
}

// "6.18.44": without what a distributor appends. Debian's release only names an interface; what was
// built is said elsewhere: "#1 SMP PREEMPT_DYNAMIC Debian 6.1.192-2 (2026-09-30)".
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

// What tests/verified/table makes its tables of.
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
  return RunProgram(command, BaseEnvironment(), {.timeout = std::chrono::seconds(110)});
}

class VerifyProgram : public testing::TestWithParam<VerifyCase> {
 protected:
  void SetUp() override {
    if (!fs::exists(GetParam().path)) GTEST_SKIP() << GetParam().path << " is not installed";
  }
};
INSTANTIATE_TEST_SUITE_P(, VerifyProgram, testing::ValuesIn(kCases),
                         [](const testing::TestParamInfo<VerifyCase>& given) {
                           return given.param.name;
                         });

TEST_P(VerifyProgram, NoSealIsBroken) {
  if (!cli::GetKernelInfo().has_mseal) GTEST_SKIP() << "this kernel has no mseal";
  const RunResult result = Verify({"--json", "--require=kernel", GetParam().path});
  ASSERT_EQ(result.exit_status, 0) << result;
  const json report = json::parse(result.out);
  EXPECT_EQ(report["backend"], "kernel");
  EXPECT_EQ(report["breaches"], json::array());
  EXPECT_GT(report["summary"]["denied"], 1000);
  Record(GetParam(), report);
}

// The weakness of the backend that holds the range, as the documents name it. A filter leaves
// programs at fixed addresses to the ledger.
bool IsDocumented(const json& breach) {
  if (breach["expected"].is_null()) return false;
  return breach["sealed"] == "ledger" ? breach["by"] == "inline"
                                      : breach["attack"] == "io_uring MADV_DONTNEED";
}

// Gives the number of breaches, all of which are documented.
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

TEST_P(VerifyProgram, TheLedgerHoldsWhatItPromises) {
  EXPECT_GT(CountDocumented(GetParam(), "ledger"), 0u);
}

TEST_P(VerifyProgram, TheFilterHoldsWhatItPromises) { CountDocumented(GetParam(), "seccomp"); }

// A program with ranges of every kind.
class VerifyAttacks : public testing::TestWithParam<const char*> {};
INSTANTIATE_TEST_SUITE_P(, VerifyAttacks, testing::Values("kernel", "ledger", "seccomp"),
                         [](const auto& given) { return std::string(given.param); });

TEST_P(VerifyAttacks, OnEveryKind) {
  constexpr const char* kProgram = "/usr/bin/cmake";
  const std::string backend = GetParam();
  if (backend == "kernel" && !cli::GetKernelInfo().has_mseal)
    GTEST_SKIP() << "this kernel has no mseal";
  if (!fs::exists(kProgram)) GTEST_SKIP() << kProgram << " is not installed";
  const RunResult result = Verify({"--backend=" + backend, "--seal=+data", kProgram});
  ASSERT_LE(result.exit_status, backend == "kernel" ? 0 : 1) << result;
  for (const char* kind : {" text", " rodata", " relro", " gap", " vdso", " data"}) {
    EXPECT_NE(result.out.substr(0, result.out.find(" left out")).find(kind), std::string::npos)
        << result;
  }
  // Without the list of breaches, whose addresses differ from run to run.
  const size_t list = result.out.find("\nBREACHES\n");
  std::string table = result.out.substr(0, list);
  if (list != std::string::npos) table += result.out.substr(result.out.rfind("\n\n") + 1);
  OpenRecord("attacks-" + backend + "-" + KernelVersion()) << table;
}

}  // namespace
}  // namespace signet::test
