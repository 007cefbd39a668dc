// SPDX-License-Identifier: MIT
#include "bench/startup/report.h"

#include <fmt/format.h>
#include <sys/wait.h>

#include <cstdio>
#include <optional>
#include <string>

namespace signet::bench {
namespace {

constexpr double kMicroseconds = 1e6;
constexpr int kPrograms = 14;  // columns
constexpr int kWays = 14;

std::string Failure(int status) {
  return WIFSIGNALED(status) ? fmt::format("signal {}", WTERMSIG(status))
                             : fmt::format("exit {}", WEXITSTATUS(status));
}

std::string OrNone(std::optional<long> count) { return count ? fmt::format("{}", *count) : "n/a"; }

std::string Text(const Quartiles& quartiles) {
  return fmt::format("{:.3f} ({:.3f} {:.3f})", quartiles.median, quartiles.lower, quartiles.upper);
}

int NameWidth(const std::vector<Loader>& loaders) {
  size_t longest = 0;
  for (const Loader& loader : loaders) {
    if (!loader.name.empty()) longest = std::max(longest, loader.name.size() + 1);
  }
  return kWays + static_cast<int>(longest);
}

void PrintWay(const WayResult& way, int width) {
  if (!way.measured) {
    fmt::print("{:<{}}{:<{}} {}\n", "", kPrograms, way.name, width, Failure(way.status));
    return;
  }
  fmt::print(
      "{:<{}}{:<{}} {:>8.3f} {:>8.3f}  {:<20} {:>7.3f} {:>7.3f} {:>7.3f} {:>7.0f} {:>6} {:>10}\n",
      "", kPrograms, way.name, width, way.cpu_milliseconds.median, way.wall_milliseconds.median,
      Text(way.cpu.rounds), way.cpu.low, way.neutral, way.wall.rounds.median, way.minor_faults,
      OrNone(way.system_calls), OrNone(way.instructions));
  for (const auto& [name, figure] : way.figures) {
    fmt::print("{:<{}}  {:<{}} {:>15.1f}  {}\n", "", kPrograms, name, width, figure.median,
               figure.ratio ? Text(figure.ratio->rounds) : "");
  }
}

}  // namespace

void PrintHeading(const Machine& machine, const std::vector<Loader>& loaders) {
  fmt::print(
      "Whole starts on processor {}. Ratios are to the system's lazy start: the medians of those "
      "of "
      "the rounds\n(quartiles), and that of the 10th percentiles. The ratio of CPU times is the "
      "figure that counts.\nOne CPUID takes {:.2f} us; a start executes {} of them. \"neutral\" is "
      "the ratio without their time.\n\n",
      machine.processor, machine.cpuid_seconds * kMicroseconds, machine.cpuids);
  fmt::print("{:<{}}{:<{}} {:>8} {:>8}  {:<20} {:>7} {:>7} {:>7} {:>7} {:>6} {:>10}\n", "program",
             kPrograms, "way", NameWidth(loaders), "CPU ms", "wall ms", "CPU ratio", "p10/p10",
             "neutral", "wall", "faults", "calls", "instr.");
  std::fflush(stdout);
}

void PrintProgram(const ProgramResult& result, const std::vector<Loader>& loaders) {
  fmt::print("{} ({} rounds)\n", result.program.name, result.rounds);
  for (const WayResult& way : result.ways) PrintWay(way, NameWidth(loaders));
  for (const Comparison& comparison : result.comparisons) {
    const std::string name = fmt::format("{}/{} {}", loaders[comparison.loader].name,
                                         loaders[0].name, ToString(comparison.kind));
    fmt::print("{:<{}}{:<{}} {:>17}  {:<20} {:>7.3f}\n", "", kPrograms, name, NameWidth(loaders),
               "", Text(comparison.cpu.rounds), comparison.cpu.low);
  }
  if (!result.rejection.empty()) {
    fmt::print("{:<{}}rejected: {}\n", "", kPrograms, result.rejection);
  }
  std::fflush(stdout);
}

void PrintMeans(std::span<const ProgramResult> results) {
  if (results.size() < 2) return;
  fmt::print("geometric means of the CPU ratios\n");
  for (size_t way = 0; way < results[0].ways.size(); ++way) {
    std::vector<double> medians;
    for (const ProgramResult& result : results) {
      if (result.ways[way].measured) medians.push_back(result.ways[way].cpu.rounds.median);
    }
    if (medians.empty()) continue;
    fmt::print("{:<{}}{:<24} {:.3f} of {}\n", "", kPrograms, results[0].ways[way].name,
               GeometricMean(medians), medians.size());
  }
}

}  // namespace signet::bench
