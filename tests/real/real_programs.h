// SPDX-License-Identifier: MIT
//
// A table of real programs of Debian, and what the tests do with them.
#pragma once

#include <ostream>
#include <string>
#include <vector>

namespace signet::test {

struct RealCase {
  std::string name;
  std::string setup;                            // a shell script, run by the system in {dir}
  std::vector<std::vector<std::string>> steps;  // command lines, run one after the other in {dir}

  // For the table of compatibility: the Debian package, or the path of a file in it, and what the
  // case does with it.
  std::string package = {};
  std::string exercised = {};
  std::string program = {};  // the name of the row, if not the package's

  // Packages, and paths of files, without which the case is left out.
  std::vector<std::string> needs = {};
  std::vector<std::string> environment = {};  // NAME=VALUE, for the steps
  std::vector<std::string> wrapper = {};      // a program and arguments that start each step
};

// For gtest's messages.
inline void PrintTo(const RealCase& given, std::ostream* stream) { *stream << given.name; }

// Programs that load modules while they run, or have one preloaded.
const std::vector<RealCase>& PluginCases();

// `{dir}` in the setup or in an argument stands for the directory of the run, which is empty before
// the setup. `{data}` stands for testdata/real/plugins. A program without a slash is in /usr/bin.
const std::vector<RealCase>& RealCases();

}  // namespace signet::test
