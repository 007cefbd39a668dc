// SPDX-License-Identifier: MIT
//
// The benchmark's files: programs to measure (docs/performance.md describes the file), and results:
// an object for each program, with one for each way, by its name. bench/chart, bench/table and
// bench/compare read them. From one thread.
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
