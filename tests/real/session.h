// SPDX-License-Identifier: MIT
//
// A run of a case's steps, in a new directory.
#pragma once

#include <filesystem>
#include <string>
#include <vector>

#include "tests/real/real_programs.h"
#include "tests/support/temporary_directory.h"
#include "tests/support/ways.h"

namespace signet::test {

class Session {
 public:
  explicit Session(const RealCase& given);

  // The step's command line, the program as an absolute path without symbolic links.
  std::vector<std::string> CommandLine(const std::vector<std::string>& step) const;

  // How the step ended and what it wrote.
  std::string Run(Way way, InterpCopy::Method method, const std::vector<std::string>& step) const;

  std::vector<std::string> environment() const;
  const std::filesystem::path& directory() const { return directory_.path(); }

 private:
  // Fills in {dir} and {data}.
  std::string Expand(const std::string& text) const;
  std::filesystem::path Program(const std::string& name) const;

  TemporaryDirectory directory_;
  StartOptions options_;
};

// Why the case cannot run here ("perl is not installed"), or "".
std::string MissingReason(const RealCase& given);

// All steps, run one way.
std::string Transcript(const RealCase& given, Way way,
                       InterpCopy::Method method = InterpCopy::Method::kOverwrite);

// Expects that both transcripts are the same, and records the result.
void ExpectSame(const RealCase& given, Way way, Way oracle);

}  // namespace signet::test
