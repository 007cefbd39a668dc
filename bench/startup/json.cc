// SPDX-License-Identifier: MIT
#include "bench/startup/json.h"

#include <fstream>
#include <nlohmann/json.hpp>
#include <stdexcept>

namespace signet::bench {
namespace {

using Json = nlohmann::ordered_json;

constexpr double kNanoseconds = 1e9;

Json ToJson(const Quartiles& quartiles) { return Json::array({quartiles.lower, quartiles.upper}); }

void AddRatio(Json& object, const Ratio& ratio) {
  object["ratio"] = ratio.rounds.median;
  object["quartiles"] = ToJson(ratio.rounds);
  object["p10_ratio"] = ratio.low;
}

Json ToJson(const WayResult& way) {
  if (!way.measured) return {{"failed", way.status}};
  Json object = {{"cpu_ms", way.cpu_milliseconds.median},
                 {"cpu_ms_quartiles", ToJson(way.cpu_milliseconds)},
                 {"wall_ms", way.wall_milliseconds.median}};
  AddRatio(object, way.cpu);
  object["neutral_ratio"] = way.neutral;
  object["wall_ratio"] = way.wall.rounds.median;
  object["minor_faults"] = way.minor_faults;
  if (way.system_calls) object["system_calls"] = *way.system_calls;
  if (way.instructions) object["instructions"] = *way.instructions;
  for (const auto& [name, figure] : way.figures) {
    Json& printed = object["figures"][name];
    printed["median"] = figure.median;
    if (figure.ratio) AddRatio(printed, *figure.ratio);
  }
  return object;
}

Json ToJson(const ProgramResult& result, const std::vector<Loader>& loaders) {
  Json object = {{"program", result.program.name},
                 {"arguments", result.program.arguments},
                 {"rounds", result.rounds},
                 {"rejected", result.rejection},
                 {"starts", Json::object()}};
  for (const WayResult& way : result.ways) object["starts"][way.name] = ToJson(way);
  for (const Comparison& comparison : result.comparisons) {
    Json compared = {{"loader", loaders[comparison.loader].name},
                     {"to", loaders[0].name},
                     {"way", ToString(comparison.kind)}};
    AddRatio(compared, comparison.cpu);
    object["comparisons"].push_back(compared);
  }
  return object;
}

}  // namespace

std::vector<Program> ReadPrograms(const std::string& file) {
  std::ifstream stream(file);
  if (!stream) throw std::runtime_error("cannot read " + file);
  std::vector<Program> programs;
  for (const Json& object : Json::parse(stream)) {
    programs.push_back({.name = object.at("name"),
                        .path = object.at("path"),
                        .arguments = object.value("arguments", std::vector<std::string>()),
                        .environment = object.value("environment", std::vector<std::string>()),
                        .prints_figures = object.value("figures", false)});
  }
  return programs;
}

void WriteJson(const std::string& file, const Machine& machine, const std::vector<Loader>& loaders,
               std::span<const ProgramResult> results) {
  Json names = Json::array();
  for (const Loader& loader : loaders) names.push_back(loader.name);
  Json programs = Json::array();
  for (const ProgramResult& result : results) programs.push_back(ToJson(result, loaders));
  const Json all = {{"cpuid_ns", machine.cpuid_seconds * kNanoseconds},
                    {"cpuids", machine.cpuids},
                    {"loaders", names},
                    {"programs", programs}};
  if (!(std::ofstream(file) << all.dump(2) << '\n')) {
    throw std::runtime_error("cannot write " + file);
  }
}

}  // namespace signet::bench
