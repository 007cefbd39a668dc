// SPDX-License-Identifier: MIT
//
// The benchmark's files: programs to measure, and results. docs/performance.md describes them.
// From one thread.
#pragma once

#include <span>
#include <string>
#include <vector>

#include "bench/startup/measure.h"
#include "bench/startup/report.h"

namespace signet::bench {

// A list of objects with `name`, `path`, and if wanted `arguments`, `environment` and `figures`.
// Throws std::exception with the reason if the file cannot be read.
std::vector<Program> ReadPrograms(const std::string& file);

// Throws std::runtime_error if the file cannot be written.
void WriteJson(const std::string& file, const Machine& machine, const std::vector<Loader>& loaders,
               std::span<const ProgramResult> results);

}  // namespace signet::bench
