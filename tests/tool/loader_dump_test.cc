// SPDX-License-Identifier: MIT
//
// The tool and the real loader together: `signet run` and `signet dump`.
#include <elf.h>
#include <fmt/format.h>
#include <gtest/gtest.h>

#include <filesystem>
#include <fstream>
#include <map>
#include <nlohmann/json.hpp>
#include <set>

#include "tests/support/capability.h"
#include "tests/support/process.h"
#include "tests/support/temporary_directory.h"
#include "tests/support/ways.h"
#include "tool/kernel_info.h"

namespace signet::test {
namespace {

using nlohmann::json;
using Strings = std::vector<std::string>;

RunResult Signet(const Strings& arguments) {
  Strings command = {Tool()};
  command.insert(command.end(), arguments.begin(), arguments.end());
  return RunProgram(command);
}

class LoaderTest : public testing::Test {
 protected:
  void SetUp() override {
    if (!std::filesystem::exists(Loader())) GTEST_SKIP() << Loader() << " is not built";
    if (!tool::GetKernelInfo().has_mseal) SIGNET_SKIP_WITHOUT(kMseal, "this kernel has no mseal");
  }
};

// The kernel seals everything of the default kinds, and all of it belongs to modules.
void ExpectAllSealed(const json& report) {
  EXPECT_EQ(report["summary"]["differences"], json::array());
  for (const json& row : report["mappings"]) {
    const std::string kind = row["kind"];
    if (kind != "text" && kind != "rodata" && kind != "relro" && kind != "gap" && kind != "vdso") {
      continue;
    }
    EXPECT_EQ(row["sealed"], "kernel") << row;
    EXPECT_EQ(row["reason"], "sealed as planned") << row;
    EXPECT_NE(row["module"], "") << row;
  }
  for (const char* kind : {"text", "rodata", "relro", "vdso"}) {
    const json& total = report["summary"]["kinds"][kind];
    EXPECT_GT(total["bytes"], 0) << kind;
    EXPECT_EQ(total["bytes"], total["sealed_by_kernel"]) << kind;
  }
}

std::set<std::string> ModulesOf(const json& report) {
  std::set<std::string> modules;
  for (const json& module : report["summary"]["modules"]) modules.insert(module["module"]);
  return modules;
}

TEST_F(LoaderTest, DumpOfAStartedProgram) {
  const RunResult result = Signet({"dump", "--json", "--", "sleep", "60"});
  ASSERT_EQ(result.exit_status, 0) << result;
  const json report = json::parse(result.out);
  ExpectAllSealed(report);
  const auto modules = ModulesOf(report);
  for (const char* module :
       {"sleep", "libc.so.6", "ld-linux-x86-64.so.2", "ld-signet.so", "linux-vdso.so.1"}) {
    EXPECT_TRUE(modules.contains(module)) << module;
  }
}

TEST_F(LoaderTest, DumpOfARunningProgram) {
  Process process({Tool(), "run", "sh", "-c", "echo ready; sleep 60"}, BaseEnvironment());
  ASSERT_TRUE(process.WaitForOutput("ready"));
  const RunResult result = Signet({"dump", "--json", std::to_string(process.pid())});
  ASSERT_EQ(result.exit_status, 0) << result;
  ExpectAllSealed(json::parse(result.out));
}

TEST_F(LoaderTest, DumpOfAProgramWithSignetAsItsInterpreter) {
  const InterpCopy program("/bin/sh", Loader());
  Process process({program.path(), "-c", "echo ready; read line"}, BaseEnvironment(),
                  {.input = std::string(1 << 20, 'x')});
  ASSERT_TRUE(process.WaitForOutput("ready"));
  const RunResult result = Signet({"dump", "--json", std::to_string(process.pid())});
  ASSERT_EQ(result.exit_status, 0) << result;
  ExpectAllSealed(json::parse(result.out));
}

TEST_F(LoaderTest, DumpOfAStaticProgram) {
  const RunResult result = Signet({"dump", "--json", "--", SIGNET_TEST_FAKE_LOADER});
  ASSERT_EQ(result.exit_status, 0) << result;
  std::map<std::string, std::string> reasons;
  const json report = json::parse(result.out);
  for (const json& row : report["mappings"]) {
    if (row["module"] == "fake-loader") reasons[row["kind"]] = row["reason"];
  }
  EXPECT_EQ(reasons["text"], "sealed as planned");
  EXPECT_EQ(reasons["relro"], "a static program relocates and protects this part itself, later");
}

TEST_F(LoaderTest, DumpTakesTheLoadersOptions) {
  const auto data_of = [](const char* kinds) {
    const RunResult result = Signet({"dump", "--json", "--seal", kinds, "--", "true"});
    EXPECT_EQ(result.exit_status, 0) << result;
    return json::parse(result.out)["summary"]["kinds"];
  };
  json kinds = data_of("+data");
  EXPECT_EQ(kinds["data"]["bytes"], kinds["data"]["sealed"]);
  kinds = data_of("none");
  for (const json& total : kinds) EXPECT_EQ(total["sealed"], 0);
}

TEST_F(LoaderTest, DumpShowsFilter) {
  const auto is_filtered = [](const Strings& options) {
    Strings argv = {"dump", "--json"};
    argv.insert(argv.end(), options.begin(), options.end());
    argv.insert(argv.end(), {"--", "true"});
    const RunResult result = Signet(argv);
    EXPECT_EQ(result.exit_status, 0) << result;
    return json::parse(result.out)["summary"]["ledger"]["filtered"];
  };
  EXPECT_EQ(is_filtered({"--backend", "guard"}), false);
  EXPECT_EQ(is_filtered({"--backend", "seccomp"}), true);
  EXPECT_EQ(is_filtered({"--also", "seccomp"}), true);
}

// The report says which modules are marked, with --seal=marked and without; and why a module that
// is not marked is not sealed.
TEST_F(LoaderTest, DumpShowsMarks) {
  if (const auto reason = MissingReason("seal/marked"); !reason.empty())
    SIGNET_SKIP_WITHOUT(kPrograms, reason);
  for (const std::string& kinds : Strings{"default", "marked"}) {
    const RunResult result =
        Signet({"dump", "--json", "--seal", kinds, "--", Module("seal/marked")});
    ASSERT_EQ(result.exit_status, 0) << result;
    const json report = json::parse(result.out);
    EXPECT_EQ(report["summary"]["ledger"]["marked_only"], kinds == "marked");
    std::map<std::string, json> marked;
    for (const json& module : report["summary"]["modules"]) {
      marked[module["module"]] = module["marked"];
    }
    EXPECT_EQ(marked["libmarked.so"], true);
    EXPECT_EQ(marked["libmarked-note.so"], true);
    EXPECT_EQ(marked["marked"], false);
    for (const json& row : report["mappings"]) {
      if (row["kind"] != "text" || row["module"] == "ld-signet.so") continue;
      const bool is_left_out = kinds == "marked" && marked[row["module"]] == false;
      EXPECT_EQ(row["sealed"], is_left_out ? "no" : "kernel") << row;
      EXPECT_EQ(row["reason"], is_left_out ? "module not marked" : "sealed as planned") << row;
    }
  }
}

TEST_F(LoaderTest, DumpSaysWhatIsWritableCode) {
  const RunResult result = Signet({"dump", "--json", "--", Module("map-wx")});
  ASSERT_EQ(result.exit_status, 0) << result;
  size_t found = 0;
  const json report = json::parse(result.out);
  for (const json& row : report["mappings"]) {
    if (row["perms"] != "rwxp") continue;
    ++found;
    EXPECT_EQ(row["sealed"], "kernel");
    EXPECT_EQ(row["reason"],
              "sealed as planned; writable and executable, as the file demands: a seal fixes place "
              "and protection, not contents");
  }
  EXPECT_EQ(found, 2u);  // the file's page, and .bss
}

TEST_F(LoaderTest, DumpForwardsTheLoadersFailure) {
  const RunResult result = Signet({"dump", "--json", "--seal=frob", "--", "true"});
  EXPECT_EQ(result.exit_status, 127);
  EXPECT_EQ(result.out, "");
  EXPECT_EQ(result.err,
            "ld-signet: unknown kind in --seal: frob\n"
            "Try 'ld-signet.so --help' for more information.\n");
}

TEST_F(LoaderTest, RunRunsAProgram) {
  const RunResult result = Signet({"run", "sh", "-c", "echo \"$0\"; exit 7"});
  EXPECT_EQ(result.exit_status, 7) << result;
  EXPECT_EQ(result.out, "sh\n");
}

TEST_F(LoaderTest, RunGivesAnotherName) {
  EXPECT_EQ(Signet({"run", "--argv0=other", "sh", "-c", "echo \"$0\""}).out, "other\n");
}

TEST_F(LoaderTest, RunListsLibraries) {
  const RunResult result = Signet({"run", "--list", "true"});
  EXPECT_EQ(result.exit_status, 0) << result;
  EXPECT_NE(result.out.find("libc.so.6 => /"), std::string::npos) << result;
}

TEST_F(LoaderTest, RunOfWhatIsNoProgram) {
  const TemporaryDirectory directory;
  const std::string file = directory / "file";
  for (const auto& [text, words] :
       {std::pair{"text", ": Exec format error\n"}, std::pair{ELFMAG, ": file too short\n"}}) {
    std::ofstream(file) << text;
    std::filesystem::permissions(file, std::filesystem::perms(0755));
    const RunResult result = Signet({"run", file});
    EXPECT_EQ(result.exit_status, 126) << result;
    EXPECT_NE(result.err.find(file + words), std::string::npos) << result;
  }
}

}  // namespace
}  // namespace signet::test
