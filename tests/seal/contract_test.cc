// SPDX-License-Identifier: MIT
//
// mseal's contract on every backend. The table has the kernel's answers, the kernel itself proves
// that the table is right, and every other backend must give the same answers.
#include <gtest/gtest.h>

#include <sstream>
#include <string>
#include <tuple>
#include <vector>

#include "tests/seal/contract_cases.h"
#include "tests/seal/mapping_script.h"
#include "tests/support/capability.h"

namespace signet::test {
namespace {

// The table's lines are indented.
std::string Plain(const char* transcript) {
  std::istringstream lines(transcript);
  std::string plain;
  for (std::string line; std::getline(lines, line);) {
    const size_t start = line.find_first_not_of(' ');
    if (start != std::string::npos) plain += line.substr(start) + "\n";
  }
  return plain;
}

std::vector<ContractCase> AllCases() {
  std::vector<ContractCase> all;
  for (const auto rows : {SealCases(), ProtectionCases(), ReplacementCases(), AdviceCases()})
    all.insert(all.end(), rows.begin(), rows.end());
  return all;
}

class Contract : public testing::TestWithParam<std::tuple<ContractCase, const char*>> {};
INSTANTIATE_TEST_SUITE_P(, Contract,
                         testing::Combine(testing::ValuesIn(AllCases()),
                                          testing::Values("system", "kernel", "guard", "seccomp")),
                         [](const testing::TestParamInfo<Contract::ParamType>& given) {
                           return std::string(std::get<0>(given.param).name) + "_" +
                                  std::get<1>(given.param);
                         });

TEST_P(Contract, Holds) {
  const auto& [row, backend] = GetParam();
  if (const std::string reason = MissingBackendReason(backend); !reason.empty())
    SIGNET_SKIP_WITHOUT(kMseal, reason);
  if (const std::string reason = MissingReason(row.need); !reason.empty()) {
    if (row.need == Need::kLowAddresses) SIGNET_SKIP_WITHOUT(kLowAddresses, reason);
    SIGNET_SKIP_WITHOUT(kNewKernel, reason);
  }
  const std::string expected = Plain(std::string(backend) == "seccomp" ? row.by_seccomp
                                     : std::string(backend) == "guard" ? row.by_guard
                                                                       : row.transcript);
  const std::string transcript = Transcript(backend, ScriptOf(expected));
  if (transcript.ends_with("no protection keys\n"))
    SIGNET_SKIP_WITHOUT(kPkey, "this machine has no protection keys");
  EXPECT_EQ(transcript, expected);
}

}  // namespace
}  // namespace signet::test
