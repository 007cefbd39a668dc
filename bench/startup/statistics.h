// SPDX-License-Identifier: MIT
//
// The few statistics that the benchmark reports, and when it rejects what it has measured.
// Pure functions.
#pragma once

#include <span>
#include <string>
#include <vector>

namespace signet::bench {

struct Quartiles {
  double lower = 0;
  double median = 0;
  double upper = 0;

  bool operator==(const Quartiles&) const = default;
};

// Both: of at least one sample; interpolated between neighbours. `fraction` is 0.1 for the 10th
// percentile.
double Percentile(std::vector<double> samples, double fraction);
Quartiles QuartilesOf(std::vector<double> samples);

// Of positive samples, at least one.
double GeometricMean(std::span<const double> samples);

// Why measurements with such a control mean nothing, or "". The control is the lazy start, measured
// once more. Its ratio would be 1 if measurements had no error.
std::string WhyRejected(const Quartiles& control);

}  // namespace signet::bench
