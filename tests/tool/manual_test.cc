// SPDX-License-Identifier: MIT
//
// The manual pages and --help name the same options.
#include <gtest/gtest.h>

#include <filesystem>
#include <fstream>
#include <regex>
#include <set>
#include <sstream>

#include "tests/support/process.h"
#include "tests/support/ways.h"

namespace signet::test {
namespace {

using Options = std::set<std::string>;

Options Matches(const std::string& text, const char* expression, const std::string& prefix) {
  Options options;
  const std::regex regex(expression);
  for (std::sregex_iterator match(text.begin(), text.end(), regex), end; match != end; ++match) {
    options.insert(prefix + match->str(1));
  }
  return options;
}

// Only in lines that describe an option, not in running text.
Options OptionsOfHelp(const std::string& help) {
  return Matches(help, "(?:^|\n) +(?:-h,)?(--[a-z0-9-]+)", "");
}

std::string ReadManual(const char* name) {
  const auto path = std::filesystem::path(SIGNET_TEST_MANUALS) / name;
  std::ostringstream text;
  text << std::ifstream(path).rdbuf();
  EXPECT_NE(text.str(), "") << path;
  return text.str();
}

// ".It Fl -json", ".It Fl h , -help"
Options OptionsOfManual(const char* name) {
  return Matches(ReadManual(name), "\n\\.It Fl (?:h , )?-([a-z0-9-]+)", "--");
}

std::string Help(const std::vector<std::string>& command) {
  const RunResult result = RunProgram(command);
  EXPECT_EQ(result.exit_status, 0) << result;
  return result.out;
}

TEST(Manual, OfTheTool) {
  Options options = OptionsOfHelp(Help({Tool(), "--help"}));
  EXPECT_EQ(options, (Options{"--help", "--version"}));
  for (const char* subcommand : {"run", "dump", "verify", "doctor"}) {
    options.merge(OptionsOfHelp(Help({Tool(), subcommand, "--help"})));
  }
  EXPECT_EQ(options, OptionsOfManual("signet.1"));
}

TEST(Manual, OfTheLoader) {
  if (!std::filesystem::exists(Loader())) GTEST_SKIP() << Loader() << " is not built";
  EXPECT_EQ(OptionsOfHelp(Help({Loader(), "--help"})), OptionsOfManual("ld-signet.so.8"));
}

// The same variables, of those that the help names.
TEST(Manual, VariablesOfTheLoader) {
  if (!std::filesystem::exists(Loader())) GTEST_SKIP() << Loader() << " is not built";
  constexpr const char* kVariable = "(SIGNET_[A-Z]+)";
  Options variables = Matches(ReadManual("ld-signet.so.8"), kVariable, "");
  variables.erase("SIGNET_LOADER");  // the tool's
  EXPECT_EQ(Matches(Help({Loader(), "--help"}), kVariable, ""), variables);
  EXPECT_TRUE(variables.contains("SIGNET_OPTIONS"));
}

// The loader has all options that the tool passes on.
TEST(Manual, LoaderOptionsOfTheTool) {
  const Options loader_options = OptionsOfManual("ld-signet.so.8");
  for (const std::string& option : OptionsOfHelp(Help({Tool(), "run", "--help"}))) {
    EXPECT_TRUE(loader_options.contains(option)) << option;
  }
}

}  // namespace
}  // namespace signet::test
