// SPDX-License-Identifier: MIT
//
// The start-up benchmark: what it takes from exec to exit to run programs under the system's
// dynamic linker and under Signet, or under several builds of Signet.
//
// Input: the programs to measure, by name or from a file. Output: a table, JSON on request, and
// with --check an exit status. It measures whole starts on a warm page cache. `--stats` says what a
// pass costs. docs/performance.md has the method. Times are judged by nobody here; tests/real/ has
// limits of what can be counted.
#include <fmt/format.h>

#include <CLI/CLI.hpp>
#include <algorithm>
#include <cstdlib>
#include <exception>
#include <filesystem>
#include <iostream>
#include <optional>
#include <span>
#include <stdexcept>
#include <string>
#include <vector>

#include "bench/startup/counters.h"
#include "bench/startup/cpuid.h"
#include "bench/startup/json.h"
#include "bench/startup/measure.h"
#include "bench/startup/report.h"
#include "tests/support/process.h"
#include "tests/support/temporary_directory.h"

namespace signet::bench {
namespace {

constexpr int kQuickRounds = 10;
constexpr size_t kFaultSites = 40;

std::vector<Program> UsualPrograms() {
  return {
      {.name = "true"},
      {.name = "git", .arguments = {"--version"}},
      {.name = "perl", .arguments = {"--version"}},
      {.name = "python3", .arguments = {"-c", "pass"}},
      {.name = "node", .arguments = {"-e", "0"}},
      {.name = "cmake", .arguments = {"--version"}},
      {.name = "gdb", .arguments = {"--version"}},
      {.name = "llvm-objdump", .arguments = {"--version"}},
      {.name = "clang", .arguments = {"--version"}},
      {.name = "ffmpeg", .arguments = {"-version"}},
  };
}

struct Options {
  std::vector<std::string> names;
  std::string programs_file;
  std::vector<std::string> loaders = {SIGNET_LOADER};  // [NAME=]FILE
  std::optional<int> rounds;
  int attempts = 1;
  std::string json;
  std::string faults;
  bool check = false;
};

std::vector<Program> ChoosePrograms(const std::vector<Program>& all,
                                    const std::vector<std::string>& names) {
  if (names.empty()) return all;
  std::vector<Program> chosen;
  for (const std::string& name : names) {
    const auto found = std::ranges::find(all, name, &Program::name);
    if (found == all.end())
      throw std::runtime_error("there is no program " + name + " in the list");
    chosen.push_back(*found);
  }
  return chosen;
}

// Copies of the loaders in `directory`. They get short paths, like an installed loader and the
// system's.
std::vector<Loader> CopyLoaders(const std::vector<std::string>& specified,
                                const test::TemporaryDirectory& directory) {
  std::vector<Loader> loaders;
  for (const std::string& text : specified) {
    const size_t equals = text.find('=');
    Loader loader;
    if (equals != std::string::npos) loader.name = text.substr(0, equals);
    if (specified.size() > 1 &&
        (loader.name.empty() || std::ranges::count(loaders, loader.name, &Loader::name) != 0)) {
      throw std::runtime_error("several loaders need a name each: --loader NAME=FILE");
    }
    loader.file = directory / fmt::format("ld{}.so", loaders.size());
    std::filesystem::copy_file(equals == std::string::npos ? text : text.substr(equals + 1),
                               loader.file);
    loaders.push_back(loader);
  }
  return loaders;
}

bool IsInstalled(const Program& program) {
  return program.path.empty() ? FindProgram(program.name).has_value()
                              : std::filesystem::exists(program.path);
}

Machine LookAtMachine() {
  const Program smallest = {.name = "true"};
  return {.processor = PinToOneProcessor(),
          .cpuid_seconds = TimeOfCpuid(),
          .cpuids = CountCpuids(Ways(smallest, {}).all()[0].command)};
}

void PrintFaults(const Program& program, const std::vector<Loader>& loaders,
                 const std::string& scratch) {
  const Ways ways(program, loaders);
  for (const Way& way : ways.all()) {
    if (way.kind == Kind::kControl || way.kind == Kind::kUnsealed) continue;
    const std::vector<FaultSite> sites = ListFaults(way.command, scratch);
    int total = 0;
    for (const FaultSite& site : sites) total += site.count;
    fmt::print("{}, {}: {} minor faults; count, function, memory\n", program.name, way.name, total);
    for (const FaultSite& site : std::span(sites).first(std::min(sites.size(), kFaultSites))) {
      fmt::print("{:>7}  {:<60} {}\n", site.count, site.module + ": " + site.function, site.memory);
    }
  }
}

ProgramResult MeasureUntilAccepted(const Program& program, const MeasureOptions& options,
                                   int attempts) {
  ProgramResult result = Measure(program, options);
  for (int i = 1; i < attempts && !result.rejection.empty(); ++i) {
    result = Measure(program, options);
  }
  return result;
}

bool IsSound(const ProgramResult& result) {
  return result.rejection.empty() && std::ranges::all_of(result.ways, &WayResult::measured);
}

int Run(const Options& options) {
  const test::TemporaryDirectory directory;
  const std::vector<Loader> loaders = CopyLoaders(options.loaders, directory);
  const std::vector<Program> all =
      options.programs_file.empty() ? UsualPrograms() : ReadPrograms(options.programs_file);
  if (!options.faults.empty()) {
    PrintFaults(ChoosePrograms(all, {options.faults}).front(), loaders, directory / "scratch");
    return EXIT_SUCCESS;
  }

  const std::vector<Program> programs = ChoosePrograms(all, options.names);
  const Machine machine = LookAtMachine();
  const MeasureOptions how = {.loaders = loaders,
                              .rounds = options.rounds,
                              .cpuid_seconds = machine.cpuid_seconds * machine.cpuids,
                              .scratch = directory / "scratch"};
  std::vector<ProgramResult> results;
  PrintHeading(machine, loaders);
  for (const Program& program : programs) {
    if (!IsInstalled(program)) {
      std::cout << program.name << ": not installed, skipped\n";
      continue;
    }
    results.push_back(MeasureUntilAccepted(program, how, options.attempts));
    PrintProgram(results.back(), loaders);
  }
  PrintMeans(results);

  if (!options.json.empty()) WriteJson(options.json, machine, loaders, results);
  return !options.check || std::ranges::all_of(results, IsSound) ? EXIT_SUCCESS : EXIT_FAILURE;
}

int Main(int argc, char** argv) {
  Options options;
  CLI::App app("Measures starts of programs under the system's dynamic linker and under Signet.");
  app.add_option("PROGRAM", options.names, "The programs to measure (default: all of the list)");
  app.add_option("--programs", options.programs_file,
                 "Measure the programs of this JSON file instead of the usual ones")
      ->check(CLI::ExistingFile);
  app.add_option("--loader", options.loaders,
                 "The dynamic linker to measure, [NAME=]FILE; several are also compared with the "
                 "first one")
      ->capture_default_str()
      ->allow_extra_args(false);
  CLI::Option* rounds = app.add_option("--rounds", options.rounds,
                                       "Rounds (default: 400 for programs below 2 ms, else 60)")
                            ->check(CLI::PositiveNumber);
  app.add_flag_callback(
         "--quick", [&] { options.rounds = kQuickRounds; }, "Only 10 rounds")
      ->excludes(rounds);
  app.add_option("--attempts", options.attempts,
                 "Measure a program again, up to so many times, while its row is rejected")
      ->capture_default_str()
      ->check(CLI::PositiveNumber);
  app.add_option("--json", options.json, "Also write the results to this file");
  app.add_option("--faults", options.faults,
                 "Measure nothing; list the minor faults of this program by function (perf)");
  app.add_flag("--check", options.check,
               "Fail if a row is rejected, or a way does not end as the lazy start does");
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
