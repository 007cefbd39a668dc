// SPDX-License-Identifier: MIT
//
// What came of the attacks on a program's seals: records to judged sums per attack and kind, and a
// list of breaches. Pure: prints nothing and reads no process.
#pragma once

#include <array>
#include <cstdint>
#include <map>
#include <set>
#include <string_view>
#include <tuple>
#include <vector>

#include "tool/verify/attack_stream.h"
#include "tool/verify/verify_rules.h"

namespace signet::tool {

// One attack, made one way, on one kind of range that one backend holds. Sorted as tried.
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
  const LedgerEntry* entry;
  const AttackRecord* record;
  std::string_view expected;  // why it is no surprise of this backend, or empty
};

// Refers to the data it was made from, which must outlive it and stay where it is.
struct VerifyReport {
  const AttackData* data = nullptr;
  std::map<AttackKey, AttackSum> attacks;
  std::vector<Breach> breaches;
  AttackSum total;
  std::array<uint64_t, SIGNET_KIND_COUNT> attacked{};  // ranges by kind
  uint64_t left_out = 0;                               // ranges that are not meant to be sealed
};

VerifyReport BuildVerifyReport(const AttackData& data);

// The record of the attack that a key stands for, to name it.
AttackRecord RecordOf(const AttackKey& key);

}  // namespace signet::tool
