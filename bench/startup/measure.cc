// SPDX-License-Identifier: MIT
#include "bench/startup/measure.h"

#include <algorithm>
#include <random>
#include <sstream>

#include "bench/startup/counters.h"

namespace signet::bench {
namespace {

constexpr double kShortSeconds = 0.002;
constexpr int kShortRounds = 400;
constexpr int kLongRounds = 60;
constexpr int kWarmUps = 3;
constexpr double kLowFraction = 0.1;
constexpr double kMilliseconds = 1000;

// One value of one way, in each round.
using Samples = std::vector<double>;

struct Series {
  Samples cpu;
  Samples wall;
  Samples faults;
  std::map<std::string, Samples> figures;
};

std::map<std::string, double> ReadFigures(const std::string& output) {
  std::map<std::string, double> figures;
  std::istringstream words(output);
  std::string name;
  for (double value = 0; words >> name >> value;) figures[name] = value;
  return figures;
}

Samples Scaled(Samples samples, double factor) {
  for (double& sample : samples) sample *= factor;
  return samples;
}

// Without a part that is the same on both sides.
Samples Ratios(const Samples& over, const Samples& under, double common = 0) {
  Samples ratios;
  for (size_t i = 0; i < over.size(); ++i) {
    ratios.push_back((over[i] - common) / (under[i] - common));
  }
  return ratios;
}

Ratio RatioOf(const Samples& over, const Samples& under) {
  return {.rounds = QuartilesOf(Ratios(over, under)),
          .low = Percentile(over, kLowFraction) / Percentile(under, kLowFraction)};
}

class Measurement {
 public:
  Measurement(const Program& program, const MeasureOptions& options)
      : options_(options), ways_(program, options.loaders) {
    result_.program = program;
    for (const Way& way : ways_.all()) {
      WayResult& result = result_.ways.emplace_back();
      result.name = way.name;
      result.kind = way.kind;
      result.loader = way.loader;
    }
    series_.resize(result_.ways.size());
  }

  ProgramResult Take() {
    WarmUp();
    std::mt19937 random(std::random_device{}());
    for (int round = 0; round < result_.rounds; ++round) {
      std::ranges::shuffle(order_, random);
      for (const size_t way : order_) Store(Start(way), series_[way]);
    }
    for (const size_t way : order_) Summarise(way);
    Compare();
    result_.rejection = WhyRejected(result_.ways[1].cpu.rounds);
    return result_;
  }

 private:
  Run Start(size_t way) const {
    return Launch(ways_.all()[way].command,
                  result_.program.prints_figures ? Output::kKeep : Output::kDrop);
  }

  // Fills the page cache, and finds out which ways work and how long a start takes.
  void WarmUp() {
    double seconds = 0;
    for (size_t way = 0; way < result_.ways.size(); ++way) {
      Run run;
      for (int i = 0; i < kWarmUps; ++i) run = Start(way);
      if (way == 0) seconds = run.cpu_seconds;
      result_.ways[way].status = run.status;
      result_.ways[way].measured = run.status == result_.ways[0].status;
      if (result_.ways[way].measured) order_.push_back(way);
    }
    result_.rounds = options_.rounds.value_or(seconds < kShortSeconds ? kShortRounds : kLongRounds);
  }

  static void Store(const Run& run, Series& series) {
    series.cpu.push_back(run.cpu_seconds);
    series.wall.push_back(run.wall_seconds);
    series.faults.push_back(run.minor_faults);
    for (const auto& [name, value] : ReadFigures(run.output)) series.figures[name].push_back(value);
  }

  void Summarise(size_t way) {
    const Series& series = series_[way];
    const Series& lazy = series_[0];
    WayResult& result = result_.ways[way];
    result.cpu_milliseconds = QuartilesOf(Scaled(series.cpu, kMilliseconds));
    result.wall_milliseconds = QuartilesOf(Scaled(series.wall, kMilliseconds));
    result.cpu = RatioOf(series.cpu, lazy.cpu);
    result.wall = RatioOf(series.wall, lazy.wall);
    result.neutral = QuartilesOf(Ratios(series.cpu, lazy.cpu, options_.cpuid_seconds)).median;
    result.minor_faults = QuartilesOf(series.faults).median;
    for (const auto& [name, samples] : series.figures) {
      Figure& figure = result.figures[name];
      figure.median = QuartilesOf(samples).median;
      const auto other = lazy.figures.find(name);
      if (other != lazy.figures.end() && other->second.size() == samples.size()) {
        figure.ratio = RatioOf(samples, other->second);
      }
    }
    result.system_calls = CountSystemCalls(ways_.all()[way].command, options_.scratch);
    result.instructions = CountInstructions(ways_.all()[way].command, options_.scratch);
  }

  void Compare() {
    for (size_t way = 0; way < result_.ways.size(); ++way) {
      const WayResult& later = result_.ways[way];
      if (later.loader.value_or(0) == 0 || !later.measured) continue;
      const auto first = std::ranges::find_if(result_.ways, [&](const WayResult& other) {
        return other.loader == 0U && other.kind == later.kind;
      });
      if (!first->measured) continue;
      const Samples& samples = series_[static_cast<size_t>(first - result_.ways.begin())].cpu;
      result_.comparisons.push_back(
          {.kind = later.kind, .loader = *later.loader, .cpu = RatioOf(series_[way].cpu, samples)});
    }
  }

  const MeasureOptions& options_;
  Ways ways_;
  ProgramResult result_;
  std::vector<Series> series_;
  std::vector<size_t> order_;  // of the ways that work, another one in each round
};

}  // namespace

ProgramResult Measure(const Program& program, const MeasureOptions& options) {
  return Measurement(program, options).Take();
}

}  // namespace signet::bench
