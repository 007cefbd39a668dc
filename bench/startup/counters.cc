// SPDX-License-Identifier: MIT
#include "bench/startup/counters.h"

#include <algorithm>
#include <charconv>
#include <filesystem>
#include <fstream>
#include <functional>
#include <map>
#include <regex>
#include <sstream>
#include <stdexcept>
#include <tuple>

#include "tests/support/process.h"

namespace signet::bench {
namespace {

std::vector<std::string> Under(std::vector<std::string> tool, const Command& command) {
  tool.push_back(command.file);
  tool.insert(tool.end(), command.argv.begin() + 1, command.argv.end());
  return tool;
}

std::optional<long> Number(const std::string& text) {
  long number = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), number);
  if (error != std::errc() || end != text.data() + text.size()) return std::nullopt;
  return number;
}

}  // namespace

std::optional<long> CountSystemCalls(const Command& command, const std::string& scratch) {
  const std::optional<std::string> strace = FindProgram("strace");
  if (!strace) return std::nullopt;
  test::RunProgram(Under({*strace, "-fc", "-Ucalls,name", "-o", scratch}, command),
                   command.environ);

  // The summary's last line is the total.
  std::ifstream summary(scratch);
  std::string calls;
  for (std::string word, previous; summary >> word; previous = word) {
    if (word == "total") calls = previous;
  }
  return Number(calls);
}

std::optional<long> CountInstructions(const Command& command, const std::string& scratch) {
  const std::optional<std::string> perf = FindProgram("perf");
  if (!perf) return std::nullopt;
  test::RunProgram(
      Under({*perf, "stat", "-x,", "-e", "instructions:u", "-o", scratch, "--"}, command),
      command.environ);

  // NUMBER,,instructions:u,… or <not supported>,,…
  std::ifstream lines(scratch);
  for (std::string line; std::getline(lines, line);) {
    if (line.find(",instructions:u,") != std::string::npos) {
      return Number(line.substr(0, line.find(',')));
    }
  }
  return std::nullopt;
}

std::vector<FaultSite> SumFaults(const std::string& script) {
  // ADDRESS SYMBOL (FILE) of the memory, then the same of the instruction. Symbols have spaces.
  static const std::regex line_of(
      R"(\s*[0-9a-f]+ .* \(([^()]*)\)\s+[0-9a-f]+ (.*) \(([^()]*)\)\s*)");
  std::map<std::tuple<std::string, std::string, std::string>, int> counts;
  std::istringstream lines(script);
  for (std::string line; std::getline(lines, line);) {
    std::smatch parts;
    if (std::regex_match(line, parts, line_of)) {
      const auto name = [&](size_t part) {
        return std::filesystem::path(parts[part]).filename().string();
      };
      const std::string memory = parts[1] == "//anon" ? "//anon" : name(1);
      ++counts[{name(3), parts[2], memory}];
    }
  }
  std::vector<FaultSite> sites;
  sites.reserve(counts.size());
  for (const auto& [key, count] : counts) {
    sites.push_back({std::get<0>(key), std::get<1>(key), std::get<2>(key), count});
  }
  std::ranges::stable_sort(sites, std::greater{}, &FaultSite::count);
  return sites;
}

std::vector<FaultSite> ListFaults(const Command& command, const std::string& scratch) {
  const std::optional<std::string> perf = FindProgram("perf");
  if (!perf) throw std::runtime_error("perf is not installed");
  std::filesystem::remove(scratch);
  const test::RunResult recorded = test::RunProgram(
      Under({*perf, "record", "-q", "-e", "minor-faults", "-c", "1", "-d", "-o", scratch, "--"},
            command),
      command.environ);
  if (!std::filesystem::exists(scratch)) {
    throw std::runtime_error("perf cannot record minor faults: " + recorded.err);
  }
  const test::RunResult script =
      test::RunProgram({*perf, "script", "-i", scratch, "-F", "ip,sym,dso,addr"});
  if (script.exit_status != 0) throw std::runtime_error("perf script: " + script.err);
  return SumFaults(script.out);
}

}  // namespace signet::bench
