// SPDX-License-Identifier: MIT
//
// What the kernel says otherwise than the process that was attacked.
//
// Input: the ledger and the records, which code of the program may have forged before the seal;
// against them what nobody in the process can forge: the mappings as the kernel lists them, and
// what the loader wanted to seal before any code of the program ran. Output: contradictions. Each
// counts as a breach. Pure.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "tool/verify/attack_data.h"

namespace signet::tool {

struct Contradiction {
  uint64_t start;
  uint64_t end;
  std::string_view module;  // its name; may be empty
  std::string what;         // lower case, no full stop
};

// Refers to strings of `data`, which must outlive it and stay where it is.
std::vector<Contradiction> FindContradictions(const AttackData& data);

}  // namespace signet::tool
