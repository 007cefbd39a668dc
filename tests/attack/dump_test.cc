// SPDX-License-Identifier: MIT
//
// Processes that want to keep `signet dump` busy. What it reads from a process is limited, and it
// says what it left out.
#include <gtest/gtest.h>

#include <nlohmann/json.hpp>

#include "tests/support/capability.h"
#include "tests/support/ways.h"

namespace signet::test {
namespace {

TEST(DumpLimits, ManyModulesOfNotes) {
  Process process({Module("attack-notes")}, BaseEnvironment());
  ASSERT_TRUE(process.WaitForOutput("ready"));
  const std::string pid = std::to_string(process.pid());
  const RunResult json = RunProgram({Tool(), "dump", "--json", pid}, BaseEnvironment());
  ASSERT_EQ(json.exit_status, 0) << json.err;
  const auto summary = nlohmann::json::parse(json.out)["summary"];
  ASSERT_TRUE(summary["headers_cut_at"].is_string());
  const std::string cut_at = summary["headers_cut_at"].get<std::string>().substr(2);
  const RunResult text = RunProgram({Tool(), "dump", pid}, BaseEnvironment());
  EXPECT_NE(text.out.find("\ncut: too many headers of modules; none is read from " + cut_at),
            std::string::npos)
      << text.out.substr(0, 400);
}

// A forged ledger, in which a quarter of a million ranges share a name of four kilobytes.
TEST(DumpLimits, ManyRangesWithALongName) {
  Process process({Loader(), Module("attack-long-names")}, BaseEnvironment());
  ASSERT_TRUE(process.WaitForOutput("ready"));
  const std::string pid = std::to_string(process.pid());
  constexpr size_t kMost = size_t{256} << 20;
  const RunResult text = RunProgram({Tool(), "dump", pid}, BaseEnvironment());
  EXPECT_NE(text.out.find("\ncut: too many ranges; names are cut after "), std::string::npos)
      << text.out.substr(0, 400) << text.err;
  EXPECT_LT(text.out.size(), kMost / 2);
  const RunResult json = RunProgram({Tool(), "dump", "--json", pid}, BaseEnvironment());
  EXPECT_LT(json.out.size(), kMost);
  EXPECT_NE(json.out.find("\n    \"names_cut_at\": "), std::string::npos) << json.err;
  EXPECT_EQ(json.out.find("\n    \"names_cut_at\": null"), std::string::npos);
}

TEST(DumpLimits, NothingIsCutFromAnOrdinaryProcess) {
  Process process({Tool(), "run", "sh", "-c", "echo ready; sleep 60"}, BaseEnvironment());
  ASSERT_TRUE(process.WaitForOutput("ready"));
  const RunResult json =
      RunProgram({Tool(), "dump", "--json", std::to_string(process.pid())}, BaseEnvironment());
  ASSERT_EQ(json.exit_status, 0) << json.err;
  const auto summary = nlohmann::json::parse(json.out)["summary"];
  EXPECT_TRUE(summary["headers_cut_at"].is_null());
  EXPECT_TRUE(summary["names_cut_at"].is_null());
}

}  // namespace
}  // namespace signet::test
