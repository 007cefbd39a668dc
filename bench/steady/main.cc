// SPDX-License-Identifier: MIT
//
// The benchmark of requests that programs make once they run: exceptions, dlsym, dladdr,
// thread-local storage.
//
// Input: options. Output: a table, and JSON on request. work.cc does the work. Each run of it under
// the system's dynamic linker is followed by one under Signet, on the same processor, from copies
// of the program that were written alike.
#include <fmt/format.h>

#include <CLI/CLI.hpp>
#include <cstdio>
#include <cstdlib>
#include <exception>
#include <fstream>
#include <iostream>
#include <nlohmann/json.hpp>
#include <sstream>
#include <stdexcept>
#include <utility>
#include <vector>

#include "bench/startup/launch.h"
#include "bench/startup/statistics.h"
#include "tests/support/interp_copy.h"
#include "tests/support/process.h"

namespace signet::bench {
namespace {

constexpr int kRuns = 7;
constexpr int kLongest = 600;  // seconds

struct Options {
  std::string loader = SIGNET_LOADER;
  int runs = kRuns;
  int divisor = 1;
  std::string json;
};

// All runs of one kind of request, in nanoseconds.
struct Row {
  std::string name;
  std::vector<double> system;
  std::vector<double> signet;
};

double Median(const std::vector<double>& samples) { return QuartilesOf(samples).median; }

// Of the ratios of runs that follow each other.
double Ratio(const Row& row) {
  std::vector<double> ratios;
  for (size_t i = 0; i < row.system.size(); ++i) ratios.push_back(row.signet[i] / row.system[i]);
  return Median(ratios);
}

// Names and nanoseconds, in the order of the program's output.
std::vector<std::pair<std::string, double>> RunWork(const std::string& program, int divisor) {
  const test::RunResult result = test::RunProgram(
      {program, SIGNET_STEADY_PLUGIN, SIGNET_STEADY_DESCRIPTOR_PLUGIN, std::to_string(divisor)},
      test::BaseEnvironment(), {.timeout = std::chrono::seconds(kLongest)});
  if (result.exit_status != 0) throw std::runtime_error(program + ": " + result.err);
  std::vector<std::pair<std::string, double>> times;
  std::istringstream lines(result.out);
  for (std::string name, time; std::getline(lines, name, '\t') && std::getline(lines, time);)
    times.emplace_back(name, std::stod(time));
  if (times.empty()) throw std::runtime_error(program + ": no output");
  return times;
}

std::vector<Row> Measure(const Options& options) {
  const test::InterpCopy system(SIGNET_STEADY_WORK, test::InterpOf(SIGNET_STEADY_WORK));
  const test::InterpCopy signet(SIGNET_STEADY_WORK, options.loader);
  std::vector<Row> rows;
  for (int run = 0; run < options.runs; ++run) {
    const auto by_system = RunWork(system.path(), options.divisor);
    const auto by_signet = RunWork(signet.path(), options.divisor);
    rows.resize(by_system.size());
    for (size_t i = 0; i < rows.size(); ++i) {
      rows[i].name = by_system[i].first;
      rows[i].system.push_back(by_system[i].second);
      rows[i].signet.push_back(by_signet.at(i).second);
    }
  }
  return rows;
}

void Print(const std::vector<Row>& rows) {
  fmt::print("{:<32} {:>10} {:>10} {:>7}\n", "nanoseconds, medians", "system", "Signet", "ratio");
  for (const Row& row : rows) {
    fmt::print("{:<32} {:>10.1f} {:>10.1f} {:>7.3f}\n", row.name, Median(row.system),
               Median(row.signet), Ratio(row));
  }
}

void WriteJson(const std::string& file, const std::vector<Row>& rows) {
  nlohmann::ordered_json requests;
  for (const Row& row : rows) {
    requests[row.name] = {
        {"system", Median(row.system)}, {"signet", Median(row.signet)}, {"ratio", Ratio(row)}};
  }
  std::ofstream stream(file);
  stream << nlohmann::ordered_json{{"unit", "ns"}, {"requests", requests}}.dump(2) << '\n';
  if (!stream.flush()) throw std::runtime_error(file + ": cannot be written");
}

int Main(int argc, char** argv) {
  Options options;
  CLI::App app("Times what running programs ask of the system's dynamic linker and of Signet.");
  app.add_option("--loader", options.loader, "The dynamic linker to measure")
      ->capture_default_str()
      ->check(CLI::ExistingFile);
  app.add_option("--runs", options.runs, "Runs of each")
      ->capture_default_str()
      ->check(CLI::PositiveNumber);
  app.add_option("--divisor", options.divisor, "Make fewer requests in each run")
      ->capture_default_str()
      ->check(CLI::PositiveNumber);
  app.add_option("--json", options.json, "Also write the results to this file");
  CLI11_PARSE(app, argc, argv);

  PinToOneProcessor();
  const std::vector<Row> rows = Measure(options);
  Print(rows);
  if (!options.json.empty()) WriteJson(options.json, rows);
  return EXIT_SUCCESS;
}

}  // namespace
}  // namespace signet::bench

int main(int argc, char** argv) {
  try {
    return signet::bench::Main(argc, argv);
  } catch (const std::exception& error) {
    std::cerr << "steady: " << error.what() << '\n';
    return EXIT_FAILURE;
  }
}
