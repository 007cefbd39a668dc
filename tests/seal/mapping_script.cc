// SPDX-License-Identifier: MIT
#include "tests/seal/mapping_script.h"

#include <gtest/gtest.h>

#include <sstream>

#include "tests/support/ways.h"
#include "tool/kernel_info.h"

namespace signet::test {

std::string Transcript(const std::string& backend, const std::string& script) {
  const bool is_system = backend == "system";
  StartOptions options = {.run = {.input = script}};
  if (!is_system) options.loader_options = {"--backend=" + backend};
  const RunResult result =
      Start(is_system ? Way::kSystem : Way::kCommand, Module("seal/script"), {}, options);
  EXPECT_EQ(result.exit_status, 0) << result;
  EXPECT_EQ(result.err, "");
  return result.out;
}

std::string ScriptOf(const std::string& transcript) {
  std::istringstream lines(transcript);
  std::string script;
  for (std::string line; std::getline(lines, line);)
    script += line.substr(0, line.find(" = ")) + "\n";
  return script;
}

std::string MissingBackendReason(const std::string& backend) {
  const bool by_mseal = backend == "kernel" || backend == "system";
  return by_mseal && !tool::GetKernelInfo().has_mseal ? "this kernel has no mseal" : "";
}

}  // namespace signet::test
