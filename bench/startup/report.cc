// SPDX-License-Identifier: MIT
#include "bench/startup/report.h"

#include <fmt/format.h>
#include <sys/wait.h>

#include <cmath>
#include <cstdio>
#include <fstream>
#include <nlohmann/json.hpp>
#include <stdexcept>

namespace signet::bench {
namespace {

constexpr double kControlTolerance = 0.01;

constexpr std::array<Way, 3> kCompared = {Way::kBindNow, Way::kCommand, Way::kInterpreter};
constexpr std::array<Way, 3> kCounted = {Way::kSystem, Way::kCommand, Way::kInterpreter};

const char* Name(Way way) {
  constexpr std::array<const char*, kWays> kNames = {"system", "control", "LD_BIND_NOW", "command",
                                                     "PT_INTERP"};
  return kNames[static_cast<size_t>(way)];
}

std::string Failure(int status) {
  return WIFSIGNALED(status) ? fmt::format("signal {}", WTERMSIG(status))
                             : fmt::format("exit {}", WEXITSTATUS(status));
}

std::string Ratio(const ProgramResult& result, Way way) {
  if (!result.Measured(way)) return Failure(result[way].status);
  const Quartiles& ratio = result[way].ratio;
  return fmt::format("{:.3f} ({:.3f} {:.3f})", ratio.median, ratio.lower, ratio.upper);
}

// The geometric mean over the programs that ran this way, and their number if that is not all.
std::string Mean(std::span<const ProgramResult> results, Way way) {
  std::vector<double> medians;
  for (const ProgramResult& result : results) {
    if (result.Measured(way)) medians.push_back(result[way].ratio.median);
  }
  if (medians.empty()) return "-";
  const std::string mean = fmt::format("{:.3f}", GeometricMean(medians));
  return medians.size() == results.size() ? mean : mean + fmt::format(" of {}", medians.size());
}

// "SYSTEM/COMMAND/PT_INTERP"
std::string Counters(const ProgramResult& result, auto value) {
  std::string text;
  for (const Way way : kCounted) {
    if (!text.empty()) text += '/';
    text += result.Measured(way) ? value(result[way]) : "-";
  }
  return text;
}

void PrintLine(const std::string& program, const std::string& rounds, const std::string& time,
               const std::string& control, const std::array<std::string, 3>& compared,
               const std::string& faults, const std::string& calls) {
  fmt::print("{:<15} {:>6} {:>9} {:>8}  {:<21} {:<21} {:<21} {:<17} {}\n", program, rounds, time,
             control, compared[0], compared[1], compared[2], faults, calls);
  std::fflush(stdout);
}

}  // namespace

bool Rejected(const ProgramResult& result) {
  return std::abs(result[Way::kControl].ratio.median - 1) > kControlTolerance;
}

void PrintHeading() {
  fmt::print(
      "Whole starts: medians of the ratios to the system's lazy start in the same round "
      "(quartiles);\nminor faults and system calls of the system, the command and PT_INTERP.\n\n");
  PrintLine("program", "rounds", "system ms", "control",
            {Name(kCompared[0]), Name(kCompared[1]), Name(kCompared[2])}, "faults", "calls");
}

void PrintRow(const ProgramResult& result) {
  PrintLine(result.program.name, fmt::format("{}", result.rounds),
            fmt::format("{:.2f}", result[Way::kSystem].milliseconds.median),
            fmt::format("{:.3f}", result[Way::kControl].ratio.median),
            {Ratio(result, kCompared[0]), Ratio(result, kCompared[1]), Ratio(result, kCompared[2])},
            Counters(result,
                     [](const WayResult& way) { return fmt::format("{:.0f}", way.minor_faults); }),
            Counters(result, [](const WayResult& way) {
              return way.system_calls ? fmt::format("{}", *way.system_calls) : "n/a";
            }));
  if (Rejected(result)) {
    fmt::print("{:<15} rejected: the control is off by more than {:.0f}%\n", "",
               kControlTolerance * 100);
  }
}

void PrintMeans(std::span<const ProgramResult> results) {
  PrintLine("geometric mean", "", "", Mean(results, Way::kControl),
            {Mean(results, kCompared[0]), Mean(results, kCompared[1]), Mean(results, kCompared[2])},
            "", "");
}

void WriteJson(const std::string& file, std::span<const ProgramResult> results) {
  nlohmann::ordered_json programs = nlohmann::ordered_json::array();
  for (const ProgramResult& result : results) {
    nlohmann::ordered_json ways;
    for (size_t i = 0; i < kWays; ++i) {
      const WayResult& way = result.ways[i];
      if (!result.Measured(Way{i})) {
        ways[Name(Way{i})] = {{"failed", Failure(way.status)}};
        continue;
      }
      ways[Name(Way{i})] = {
          {"milliseconds", way.milliseconds.median},
          {"ratio", way.ratio.median},
          {"quartiles", {way.ratio.lower, way.ratio.upper}},
          {"minor_faults", way.minor_faults},
      };
      if (way.system_calls) ways[Name(Way{i})]["system_calls"] = *way.system_calls;
    }
    programs.push_back({{"program", result.program.name},
                        {"arguments", result.program.arguments},
                        {"rounds", result.rounds},
                        {"rejected", Rejected(result)},
                        {"limit", result.program.limit},
                        {"starts", ways}});
  }
  if (!(std::ofstream(file) << programs.dump(2) << '\n')) {
    throw std::runtime_error("cannot write " + file);
  }
}

}  // namespace signet::bench
