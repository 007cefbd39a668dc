// SPDX-License-Identifier: MIT
//
// Reads what a loader records when it attacks its own seals (protocol/attack_record.h).
//
// Input: a process that has stopped. Output: what it was going to seal, its ledger, its mappings
// and the records. Judges nothing. The bytes come from another process and are not trusted: every
// number is checked before it is used.
#pragma once

#include <cstddef>
#include <optional>
#include <span>
#include <vector>

#include "protocol/attack_record.h"
#include "tool/process/process_reader.h"
#include "tool/process/snapshot.h"
#include "tool/result.h"
#include "tool/verify/attack_time.h"

namespace signet::tool {

// More records are refused. The loader writes about 200 for a range.
inline constexpr uint64_t kMaxAttackRecords = uint64_t{16} << 20;

// What the loader was going to seal, before any code of the program could run, and how it is told
// to attack later.
struct SealsWanted {
  signet_backend backend = SIGNET_BACKEND_NONE;
  uint32_t kinds = 0;          // bits of the ledger's header, without SIGNET_FILTERED
  bool seals_dlopened = true;  // whatever comes by dlopen
  uint64_t block = 0;          // its address
  uint64_t entry = 0;          // AttackBlock::entry and stack; 0 if it attacks by itself
  uint64_t stack = 0;
};

// Movable, not copyable: `snapshot` refers to bytes of its own.
struct AttackData {
  AttackTime time;
  SealsWanted wanted;
  std::optional<Snapshot> before;     // if the program has run: before it ran; it has a ledger
  Snapshot snapshot;                  // after the attacks; it has a ledger
  std::vector<AttackRecord> records;  // every `entry` and enumerator is valid

  const LedgerView& ledger() const { return *snapshot.ledger; }
};

// Pure. Fails at the first record that is not valid in a ledger of so many entries.
Result<std::vector<AttackRecord>> DecodeRecords(std::span<const std::byte> bytes,
                                                size_t entry_count);

// At the loader's first stop.
Result<SealsWanted> ReadSealsWanted(const ProcessReader& process);

// When the attacks are over. Fails if the process does not say what became of them.
Result<AttackData> ReadAttackData(const ProcessReader& process, const SealsWanted& wanted);

// A snapshot that has a ledger.
Result<Snapshot> ReadSeals(const ProcessReader& process);

// Whether the process still is what it was at the first stop, and not another program.
bool HasBlock(const ProcessReader& process, const SealsWanted& wanted);

}  // namespace signet::tool
