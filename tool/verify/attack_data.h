// SPDX-License-Identifier: MIT
//
// Reads what a loader records when it attacks its own seals (protocol/attack_record.h).
//
// Input: a process that has stopped. Output: what it was going to seal, its ledger, its mappings
// and the records. Judges nothing. The bytes come from another process and are not trusted: every
// number is checked before it is used.
#pragma once

#include <cstddef>
#include <span>
#include <vector>

#include "protocol/attack_record.h"
#include "tool/process/process_reader.h"
#include "tool/process/snapshot.h"
#include "tool/result.h"

namespace signet::tool {

// More records are refused. The loader writes about 200 for a range.
inline constexpr uint64_t kMaxAttackRecords = uint64_t{16} << 20;

// What the loader was going to seal, before any code of the program could run.
struct SealsWanted {
  signet_backend backend = SIGNET_BACKEND_NONE;
  uint32_t kinds = 0;  // bits of the ledger's header, without SIGNET_FILTERED
};

// Movable, not copyable: `snapshot` refers to bytes of its own.
struct AttackData {
  SealsWanted wanted;
  Snapshot snapshot;                  // after the attacks; it has a ledger
  std::vector<AttackRecord> records;  // every `entry` and enumerator is valid

  const LedgerView& ledger() const { return *snapshot.ledger; }
};

// Pure. Fails at the first record that is not valid in a ledger of so many entries.
Result<std::vector<AttackRecord>> DecodeRecords(std::span<const std::byte> bytes,
                                                size_t entry_count);

// At the loader's first stop.
Result<SealsWanted> ReadSealsWanted(const ProcessReader& process);

// At its second stop. Fails if the process does not say what became of the attacks.
Result<AttackData> ReadAttackData(const ProcessReader& process, const SealsWanted& wanted);

}  // namespace signet::tool
