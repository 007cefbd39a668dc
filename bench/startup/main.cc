// SPDX-License-Identifier: MIT
//
// The start-up benchmark: how long programs take from exec to exit under the system's dynamic
// linker and under Signet.
//
// Input: the programs to measure, by name. Output: a table, JSON on request, and with --check an
// exit status. It measures whole starts on a warm page cache. `--stats` says what a pass costs.
#include <CLI/CLI.hpp>
#include <algorithm>
#include <cstdlib>
#include <exception>
#include <filesystem>
#include <iostream>

#include "bench/startup/measure.h"
#include "bench/startup/report.h"
#include "tests/support/temporary_directory.h"

namespace signet::bench {
namespace {

constexpr double kSmallLimit = 1.10;
constexpr double kLimit = 1.25;
constexpr int kQuickRounds = 10;

std::vector<Program> AllPrograms() {
  return {
      {"true", {}, kSmallLimit},
      {"git", {"--version"}, kSmallLimit},
      {"perl", {"--version"}, kSmallLimit},
      {"python3", {"-c", "pass"}, kSmallLimit},
      {"node", {"-e", "0"}, kLimit},
      {"cmake", {"--version"}, kLimit},
      {"gdb", {"--version"}, kLimit},
      {"llvm-objdump", {"--version"}, kLimit},
      {"clang", {"--version"}, kLimit},
      {"ffmpeg", {"-version"}, kLimit},
  };
}

struct Options {
  std::vector<std::string> programs;
  std::string loader = SIGNET_LOADER;
  std::optional<int> rounds;
  std::string json;
  bool check = false;
};

bool WithinLimit(const ProgramResult& result) {
  return std::ranges::all_of(std::array{Way::kCommand, Way::kInterpreter}, [&](Way way) {
    return result.Measured(way) && result[way].ratio.median <= result.program.limit;
  });
}

int Run(const Options& options) {
  // The loader gets a short path, like an installed loader and the system's.
  const test::TemporaryDirectory directory;
  const std::filesystem::path loader = directory / "ld.so";
  std::filesystem::copy_file(options.loader, loader);
  std::vector<ProgramResult> results;
  PrintHeading();
  for (const Program& program : AllPrograms()) {
    if (!options.programs.empty() && std::ranges::count(options.programs, program.name) == 0) {
      continue;
    }
    const std::optional<std::string> path = FindProgram(program.name);
    if (!path) {
      std::cout << program.name << ": not installed, skipped\n";
      continue;
    }
    results.push_back(Measure(program, *path, loader, directory.path(), options.rounds));
    PrintRow(results.back());
  }
  PrintMeans(results);

  if (!options.json.empty()) WriteJson(options.json, results);
  return !options.check || std::ranges::all_of(results, WithinLimit) ? EXIT_SUCCESS : EXIT_FAILURE;
}

int Main(int argc, char** argv) {
  Options options;
  CLI::App app("Times starts of programs under the system's dynamic linker and under Signet.");
  std::vector<std::string> names;
  for (const Program& program : AllPrograms()) names.push_back(program.name);
  app.add_option("PROGRAM", options.programs, "The programs to measure (default: all)")
      ->check(CLI::IsMember(names));
  app.add_option("--loader", options.loader, "The dynamic linker to measure")
      ->capture_default_str()
      ->check(CLI::ExistingFile);
  CLI::Option* rounds = app.add_option("--rounds", options.rounds,
                                       "Rounds (default: 200 for short programs, else 60)")
                            ->check(CLI::PositiveNumber);
  app.add_flag_callback(
         "--quick", [&] { options.rounds = kQuickRounds; }, "Only 10 rounds")
      ->excludes(rounds);
  app.add_option("--json", options.json, "Also write the results to this file");
  app.add_flag("--check", options.check, "Fail if a program exceeds its limit");
  CLI11_PARSE(app, argc, argv);

  return Run(options);
}

}  // namespace
}  // namespace signet::bench

int main(int argc, char** argv) {
  try {
    return signet::bench::Main(argc, argv);
  } catch (const std::exception& error) {
    std::cerr << "startup: " << error.what() << '\n';
    return EXIT_FAILURE;
  }
}
