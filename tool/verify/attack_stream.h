// SPDX-License-Identifier: MIT
//
// Decodes what a loader writes when its seals are attacked (sealer/attack_record.h): bytes to the
// ledger, the mappings and the records. Pure. The bytes come out of another process and are not
// trusted: every number is checked before it is used.
#pragma once

#include <cstddef>
#include <span>
#include <vector>

#include "protocol/attack_record.h"
#include "tool/process/ledger_view.h"
#include "tool/process/maps.h"
#include "tool/result.h"

namespace signet::tool {

// Larger streams are refused. Some 200 records are written for a range.
inline constexpr size_t kMaxAttackStream = size_t{256} << 20;

// Movable, not copyable: `ledger` refers to the bytes of `block`.
struct AttackData {
  AttackData() = default;
  AttackData(AttackData&&) = default;
  AttackData& operator=(AttackData&&) = default;

  std::vector<std::byte> block;
  Ledger ledger;
  std::vector<Mapping> mappings;      // as they were before the attacks
  std::vector<AttackRecord> records;  // `entry` is an index in the ledger's; enumerations are valid
};

// Fails with the first thing that is wrong in the stream, or where it is cut off.
Result<AttackData> DecodeAttack(std::span<const std::byte> stream);

}  // namespace signet::tool
