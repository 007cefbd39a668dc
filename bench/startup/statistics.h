// SPDX-License-Identifier: MIT
//
// The few statistics that the benchmark reports.
#pragma once

#include <span>
#include <vector>

namespace signet::bench {

struct Quartiles {
  double lower = 0;
  double median = 0;
  double upper = 0;
};

// Of at least one sample; interpolated between neighbours.
Quartiles QuartilesOf(std::vector<double> samples);

// Of positive samples, at least one.
double GeometricMean(std::span<const double> samples);

}  // namespace signet::bench
