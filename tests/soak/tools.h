// SPDX-License-Identifier: MIT
//
// A directory of programs for a script's PATH, so that the same script can run under the system's
// dynamic linker and under Signet: if the script, or a program that it runs, starts one of these
// programs by name, it is started the chosen way.
#pragma once

#include <filesystem>
#include <memory>
#include <string>
#include <vector>

#include "tests/support/interp_copy.h"
#include "tests/support/ways.h"

namespace signet::test {

class Tools {
 public:
  // `directory` must exist. The loader is copied there, so that every user can read it.
  Tools(Way way, const std::filesystem::path& directory);

  // A program by its own name, or by `name`.
  void Add(const std::filesystem::path& program, std::string name = {});
  // The same for a program that must stay in its directory, because it looks for its files there.
  void AddInPlace(const std::filesystem::path& program);

 private:
  void WriteScript(const std::string& name, const std::string& command) const;

  Way way_;
  std::filesystem::path directory_;
  std::filesystem::path loader_;
  std::vector<std::unique_ptr<InterpCopy>> copies_;
};

}  // namespace signet::test
