// SPDX-License-Identifier: MIT
//
// What the kernel says otherwise than the process that was attacked, and what is not sealed because
// it came while the program ran.
//
// Input: the ledger and the records, which code of the program may have forged; against them what
// nobody in the process can forge: the mappings as the kernel lists them, what the loader wanted to
// seal before any code of the program ran, and the ledger from before it ran. Output: findings.
// Each contradiction counts as a breach. Pure.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "tool/verify/attack_data.h"

namespace signet::tool {

struct Finding {
  uint64_t start;
  uint64_t end;
  std::string_view module;  // its name; may be empty
  std::string what;         // lower case, no full stop
};

struct Findings {
  std::vector<Finding> contradictions;  // by address
  // Only if the program has run: modules that were left unsealed or are not adopted yet, and other
  // code. The documents say when that is so (docs/threat-model.md); it is no breach.
  std::vector<Finding> unsealed;
};

// Refers to strings of `data`, which must outlive it and stay where it is.
Findings FindContradictions(const AttackData& data);

// Whether a range of the ledger was not there before the program ran.
bool CameLater(const AttackData& data, const LedgerEntryView& entry);

}  // namespace signet::tool
