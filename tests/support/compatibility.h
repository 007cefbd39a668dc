// SPDX-License-Identifier: MIT
//
// What the table of compatibility is made of: a program, what it was made to do, how it went -> one
// line in a file of the build directory. tests/compatibility/table makes the table from the lines.
#pragma once

#include <string>

#include "tests/support/ways.h"

namespace signet::test {

struct Compatibility {
  std::string program;    // as its row is called
  std::string version;    // see PackageVersion
  std::string exercised;  // what it did
};

// The version of an installed Debian package, "" where it is not installed.
std::string PackageVersion(const std::string& package);

// Records whether `test` came out under Signet, started this `way`, as it does under the system's
// dynamic linker. A second call for the same test and way takes the place of the first.
void RecordCompatibility(const Compatibility& row, const std::string& test, Way way, bool same);

}  // namespace signet::test
