// SPDX-License-Identifier: MIT
//
// Records for the table of compatibility. Input: a program, what the test made it do, and whether
// that worked. Output: one line in a file of the build directory. tests/compatibility/table makes
// the table from these lines.
#pragma once

#include <filesystem>
#include <string>

#include "tests/support/ways.h"

namespace signet::test {

struct Compatibility {
  std::string program;    // the name of its row
  std::string version;    // see PackageVersion
  std::string exercised;  // what it did
};

// The version of a Debian package, "" if it is not installed.
std::string PackageVersion(const std::string& package);

// The Debian package of a file, which is found through symbolic links: `gcc-12` for /usr/bin/gcc.
// "" if it belongs to none.
std::string PackageOf(const std::filesystem::path& file);

// Records whether `test` gave the same under Signet, started this `way`, as under the system's
// dynamic linker. A second call for the same test and way replaces the first.
void RecordCompatibility(const Compatibility& row, const std::string& test, Way way, bool same);

}  // namespace signet::test
