// SPDX-License-Identifier: MIT
#include "bench/startup/statistics.h"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <cstddef>

namespace signet::bench {
namespace {

constexpr double kMedianTolerance = 0.01;
constexpr double kQuartileTolerance = 0.06;

double SortedPercentile(std::span<const double> samples, double fraction) {
  const double position = fraction * static_cast<double>(samples.size() - 1);
  const auto below = static_cast<size_t>(position);
  const size_t above = std::min(below + 1, samples.size() - 1);
  return std::lerp(samples[below], samples[above], position - std::floor(position));
}

}  // namespace

double Percentile(std::vector<double> samples, double fraction) {
  std::ranges::sort(samples);
  return SortedPercentile(samples, fraction);
}

Quartiles QuartilesOf(std::vector<double> samples) {
  std::ranges::sort(samples);
  return {SortedPercentile(samples, 0.25), SortedPercentile(samples, 0.5),
          SortedPercentile(samples, 0.75)};
}

double GeometricMean(std::span<const double> samples) {
  double logarithms = 0;
  for (const double sample : samples) logarithms += std::log(sample);
  return std::exp(logarithms / static_cast<double>(samples.size()));
}

std::string WhyRejected(const Quartiles& control) {
  if (const double off = std::abs(control.median - 1); off >= kMedianTolerance) {
    return fmt::format("the control is off by {:.1f}%", off * 100);
  }
  const double off = std::max(std::abs(control.lower - 1), std::abs(control.upper - 1));
  if (off >= kQuartileTolerance) {
    return fmt::format("a quartile of the control is off by {:.1f}%", off * 100);
  }
  return "";
}

}  // namespace signet::bench
