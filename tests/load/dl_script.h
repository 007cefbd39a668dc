// SPDX-License-Identifier: MIT
//
// Cases of the dl family: commands to one program (listed in testdata/modules/dl-script.c) -> the
// exact lines that it must answer.
#pragma once

#include <string>
#include <vector>

#include "tests/support/load_test.h"

namespace signet::test {

// The path of one of the family's modules.
inline std::string InDl(const std::string& name) { return Module("dl/" + name).string(); }

class DlTest : public LoadTest {
 protected:
  using Commands = std::vector<std::string>;

  void ExpectScript(const Commands& commands, const std::string& out,
                    const StartOptions& options = {}) {
    ExpectProgram("script", commands, out, options);
  }

  void ExpectProgram(const std::string& program, const Commands& commands, const std::string& out,
                     const StartOptions& options = {}) {
    ExpectRun("dl/" + program, {.out = out}, commands, options);
  }
};

}  // namespace signet::test
