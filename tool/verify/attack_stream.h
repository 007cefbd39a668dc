// SPDX-License-Identifier: MIT
//
// Decodes what a loader writes when it attacks its own seals (protocol/attack_record.h).
//
// Input: bytes. Output: the ledger, the mappings and the records. Pure, thread-safe. The bytes come
// from another process and are not trusted: every number is checked before it is used.
#pragma once

#include <cstddef>
#include <span>
#include <vector>

#include "protocol/attack_record.h"
#include "tool/process/ledger_view.h"
#include "tool/process/smaps.h"
#include "tool/result.h"

namespace signet::tool {

// Larger streams are refused. The loader writes about 200 records for a range.
inline constexpr size_t kMaxAttackStream = size_t{256} << 20;

// Movable, not copyable: `ledger` refers to the bytes of `block`.
struct AttackData {
  AttackData() = default;
  AttackData(AttackData&&) = default;
  AttackData& operator=(AttackData&&) = default;

  std::vector<std::byte> block;
  LedgerView ledger;
  std::vector<SmapsMapping> mappings;  // as they were before the attacks
  std::vector<AttackRecord> records;   // every `entry` and enumerator is valid
};

// Fails at the first error in the stream, and if the stream is cut off.
Result<AttackData> DecodeAttack(std::span<const std::byte> stream);

}  // namespace signet::tool
