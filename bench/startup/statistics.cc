// SPDX-License-Identifier: MIT
#include "bench/startup/statistics.h"

#include <algorithm>
#include <cmath>
#include <cstddef>

namespace signet::bench {

Quartiles QuartilesOf(std::vector<double> samples) {
  std::ranges::sort(samples);
  const auto at = [&](double fraction) {
    const double position = fraction * static_cast<double>(samples.size() - 1);
    const auto below = static_cast<size_t>(position);
    const size_t above = std::min(below + 1, samples.size() - 1);
    return std::lerp(samples[below], samples[above], position - std::floor(position));
  };
  return {at(0.25), at(0.5), at(0.75)};
}

double GeometricMean(std::span<const double> samples) {
  double logarithms = 0;
  for (const double sample : samples) logarithms += std::log(sample);
  return std::exp(logarithms / static_cast<double>(samples.size()));
}

}  // namespace signet::bench
