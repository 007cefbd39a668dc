// SPDX-License-Identifier: MIT
//
// Real programs of Debian and what to do with them: a table.
#pragma once

#include <ostream>
#include <string>
#include <vector>

namespace signet::test {

struct RealCase {
  std::string name;
  std::string setup;                            // a shell script, run by the system in {dir}
  std::vector<std::vector<std::string>> steps;  // command lines, run one after the other in {dir}
};

// For gtest's messages.
inline void PrintTo(const RealCase& given, std::ostream* stream) { *stream << given.name; }

// `{dir}` in an argument stands for the directory of the run, which is empty before the setup. A
// program without a slash is looked for in /usr/bin.
const std::vector<RealCase>& RealCases();

}  // namespace signet::test
