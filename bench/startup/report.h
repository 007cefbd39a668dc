// SPDX-License-Identifier: MIT
//
// Shows the benchmark's results as a table and as JSON.
#pragma once

#include <span>
#include <string>

#include "bench/startup/measure.h"

namespace signet::bench {

// The table is printed to standard output row by row, as programs are measured.
void PrintHeading();
void PrintRow(const ProgramResult& result);
void PrintMeans(std::span<const ProgramResult> results);

void WriteJson(const std::string& file, std::span<const ProgramResult> results);

// The control was off by too much, so the row means nothing.
bool Rejected(const ProgramResult& result);

}  // namespace signet::bench
