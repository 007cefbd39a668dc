// SPDX-License-Identifier: MIT
//
// The results of the attacks on a program's seals.
//
// Input: what was read from the process. Output: judged sums per attack and kind, a list of
// breaches, and what the kernel says otherwise than the process. Pure: prints nothing and reads no
// process.
#pragma once

#include <array>
#include <cstdint>
#include <map>
#include <set>
#include <string_view>
#include <tuple>
#include <vector>

#include "tool/verify/attack_data.h"
#include "tool/verify/contradictions.h"
#include "tool/verify/verify_rules.h"

namespace signet::tool {

// One attack, made in one way, on the ranges of one kind that one backend holds. Keys sort in the
// order in which the attacks were tried.
struct AttackKey {
  uint8_t call;
  uint16_t argument;
  uint8_t part;
  uint8_t way;
  signet_kind kind;
  signet_backend backend;

  auto operator<=>(const AttackKey&) const = default;  // NOLINT(modernize-use-nullptr): clang 14
};

struct AttackSum {
  uint64_t tried = 0;
  uint64_t denied = 0;
  uint64_t by_design = 0;
  uint64_t breaches = 0;
  std::set<int> answers;               // 0 for done as asked, else errno values, negated
  std::set<std::string_view> reasons;  // of what is allowed by design
};

struct Breach {
  const LedgerEntryView* entry;
  const AttackRecord* record;
  std::string_view expected;  // why this backend cannot deny it, or empty
};

// Refers to the data that it was made from. That must outlive it and stay where it is.
struct VerifyReport {
  const AttackData* data = nullptr;
  std::map<AttackKey, AttackSum> attacks;
  std::vector<Breach> breaches;
  std::vector<Finding> contradictions;
  std::vector<Finding> unsealed;  // see contradictions.h
  AttackSum total;
  std::array<uint64_t, SIGNET_KIND_COUNT> attacked{};  // ranges by kind
  // How many of them came while the program ran, by the name of the module.
  std::map<std::string_view, uint64_t> later;
  uint64_t left_out = 0;  // ranges that are not meant to be sealed
  uint64_t own = 0;       // ranges that the program has sealed itself, and that are not attacked

  uint64_t breach_count() const { return breaches.size() + contradictions.size(); }
};

VerifyReport BuildVerifyReport(const AttackData& data);

// A record with the fields of `key`, for the functions that name attacks.
AttackRecord RecordOf(const AttackKey& key);

}  // namespace signet::tool
