// SPDX-License-Identifier: MIT
#include "bench/startup/measure.h"

#include <algorithm>
#include <random>

#include "tests/support/interp_copy.h"
#include "tests/support/process.h"

namespace signet::bench {
namespace {

constexpr double kShortSeconds = 0.002;
constexpr int kShortRounds = 200;
constexpr int kLongRounds = 60;
constexpr int kWarmUps = 3;

struct Samples {
  std::vector<double> milliseconds;
  std::vector<double> ratios;
  std::vector<double> faults;
};

std::array<Command, kWays> Commands(const Program& program, const std::string& path,
                                    const std::string& loader, const std::string& interp_copy) {
  Command system = {.file = path, .argv = {path}, .environ = test::BaseEnvironment()};
  system.argv.insert(system.argv.end(), program.arguments.begin(), program.arguments.end());

  Command bind_now = system;
  bind_now.environ.emplace_back("LD_BIND_NOW=1");

  Command command = system;
  command.file = loader;
  command.argv.insert(command.argv.begin(), loader);

  // argv[0] stays the same, because some programs look for their files relative to it.
  Command interpreter = system;
  interpreter.file = interp_copy;

  return {system, system, bind_now, command, interpreter};
}

}  // namespace

ProgramResult Measure(const Program& program, const std::string& path, const std::string& loader,
                      const std::string& directory, std::optional<int> rounds) {
  const test::InterpCopy copy(path, loader);
  const std::array<Command, kWays> commands = Commands(program, path, loader, copy.path());
  ProgramResult result = {.program = program, .rounds = 0, .ways = {}};
  std::array<Run, kWays> runs;

  for (size_t way = 0; way < kWays; ++way) {
    for (int i = 0; i < kWarmUps; ++i) runs[way] = Launch(commands[way]);
    result.ways[way].status = runs[way].status;
  }
  result.rounds = rounds.value_or(runs[0].seconds < kShortSeconds ? kShortRounds : kLongRounds);

  std::vector<size_t> order;
  for (size_t way = 0; way < kWays; ++way) {
    if (result.Measured(Way{way})) order.push_back(way);
  }

  std::mt19937 random(std::random_device{}());
  std::array<Samples, kWays> samples;
  for (int round = 0; round < result.rounds; ++round) {
    std::ranges::shuffle(order, random);
    for (const size_t way : order) runs[way] = Launch(commands[way]);
    for (const size_t way : order) {
      samples[way].milliseconds.push_back(runs[way].seconds * 1000);
      samples[way].ratios.push_back(runs[way].seconds / runs[0].seconds);
      samples[way].faults.push_back(runs[way].minor_faults);
    }
  }

  for (const size_t way : order) {
    WayResult& measured = result.ways[way];
    measured.milliseconds = QuartilesOf(samples[way].milliseconds);
    measured.ratio = QuartilesOf(samples[way].ratios);
    measured.minor_faults = QuartilesOf(samples[way].faults).median;
    measured.system_calls = CountSystemCalls(commands[way], directory + "/strace");
  }
  return result;
}

}  // namespace signet::bench
