// SPDX-License-Identifier: MIT
#include "tests/support/compatibility.h"

#include <algorithm>
#include <filesystem>
#include <fstream>

#include "tests/support/process.h"

namespace signet::test {

namespace fs = std::filesystem;

std::string PackageVersion(const std::string& package) {
  const RunResult result =
      RunProgram({"/usr/bin/env", "dpkg-query", "--showformat",
                  "${db:Status-Status} ${source:Upstream-Version}", "--show", package});
  constexpr std::string_view kInstalled = "installed ";
  if (result.exit_status != 0 || !result.out.starts_with(kInstalled)) return "";
  return result.out.substr(kInstalled.size());
}

std::string PackageOf(const fs::path& file) {
  const RunResult result =
      RunProgram({"/usr/bin/env", "dpkg-query", "--search", fs::canonical(file)});
  return result.exit_status == 0 ? result.out.substr(0, result.out.find(':')) : "";
}

void RecordCompatibility(const Compatibility& row, const std::string& test, Way way, bool same) {
  const fs::path directory = SIGNET_TEST_COMPATIBILITY;
  fs::create_directories(directory);
  std::string file = row.program + "-" + test + "." + std::string(ToString(way));
  std::ranges::replace(file, '/', '-');
  std::ofstream(directory / file) << row.program << '\t' << row.version << '\t' << row.exercised
                                  << '\t' << ToString(way) << '\t' << (same ? "same" : "differs")
                                  << '\n';
}

}  // namespace signet::test
