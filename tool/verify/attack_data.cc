// SPDX-License-Identifier: MIT
//
// See attack_data.h. Sizes are compared by subtraction, never by addition.
#include "tool/verify/attack_data.h"

#include <fmt/format.h>

#include <cstring>
#include <utility>

#include "tool/process/find_ledger.h"

namespace signet::tool {
namespace {

constexpr int32_t kMaxErrno = 4095;
constexpr int kMaxSignal = 64;

template <typename... Arguments>
Error Bad(fmt::format_string<Arguments...> format, Arguments&&... arguments) {
  return {"the loader's report: " + fmt::format(format, std::forward<Arguments>(arguments)...)};
}

ReadMemory MemoryOf(const ProcessReader& process) {
  return [&process](uint64_t address, std::span<std::byte> into) {
    return process.Read(address, into);
  };
}

struct BlockAt {
  uint64_t address;
  AttackBlock block;
};

// `mappings` are those of the process.
Result<BlockAt> ReadBlock(const ProcessReader& process, const std::vector<SmapsMapping>& mappings) {
  const Result<Auxv> auxv = process.ReadAuxv();
  if (!auxv.ok()) return auxv.error();
  const auto address = FindPublished(MemoryOf(process), *auxv, mappings, kAttackSymbol);
  if (!address.ok()) return address.error();
  if (address->value_or(0) == 0) return Bad("there is none");
  AttackBlock block;
  if (!process.Read(**address, std::as_writable_bytes(std::span(&block, 1))))
    return Bad("cannot read it at 0x{:x}", **address);
  if (std::memcmp(block.magic, kAttackMagic, sizeof block.magic) != 0) return Bad("bad magic");
  if (block.version != kAttackVersion)
    return Bad("version {}, known is {}", block.version, kAttackVersion);
  if (block.record_size != sizeof(AttackRecord))
    return Bad("record_size is {}, expected {}", block.record_size, sizeof(AttackRecord));
  if (block.backend >= SIGNET_BACKEND_COUNT) return Bad("backend {}", block.backend);
  return BlockAt{**address, block};
}

}  // namespace

Result<std::vector<AttackRecord>> DecodeRecords(std::span<const std::byte> bytes,
                                                size_t entry_count) {
  if (bytes.size() % sizeof(AttackRecord) != 0) {
    return Bad("{} bytes of records of {}", bytes.size(), sizeof(AttackRecord));
  }
  std::vector<AttackRecord> records(bytes.size() / sizeof(AttackRecord));
  if (!records.empty()) std::memcpy(records.data(), bytes.data(), bytes.size());
  for (size_t i = 0; i < records.size(); ++i) {
    const AttackRecord& record = records[i];
    if (record.entry >= entry_count) {
      return Bad("record {} is of entry {} of {}", i, record.entry, entry_count);
    }
    if (record.call >= kAttackCallCount) return Bad("record {} has call {}", i, record.call);
    if (record.part >= kAttackPartCount) return Bad("record {} has part {}", i, record.part);
    if (record.way >= kAttackWayCount) return Bad("record {} has way {}", i, record.way);
    if (record.signal > kMaxSignal) return Bad("record {} has signal {}", i, record.signal);
    if (record.effects > kAttackEffects) return Bad("record {} has effects {}", i, record.effects);
    if (record.answer > 0 || record.answer < -kMaxErrno) {
      return Bad("record {} has answer {}", i, record.answer);
    }
  }
  return records;
}

Result<SealsWanted> ReadSealsWanted(const ProcessReader& process) {
  const auto mappings = process.ReadMappings();
  if (!mappings.ok()) return mappings.error();
  const Result<BlockAt> found = ReadBlock(process, *mappings);
  if (!found.ok()) return found.error();
  const AttackBlock& block = found->block;
  return SealsWanted{.backend = static_cast<signet_backend>(block.backend),
                     .kinds = block.selected_kinds,
                     .seals_dlopened = block.seals_dlopened != 0,
                     .block = found->address,
                     .entry = block.entry,
                     .stack = block.stack};
}

// The reader has the memory of the process from back then, which is gone if it has executed another
// program.
bool HasBlock(const ProcessReader& process, const SealsWanted& wanted) {
  AttackBlock block;
  return process.Read(wanted.block, std::as_writable_bytes(std::span(&block, 1)));
}

Result<Snapshot> ReadSeals(const ProcessReader& process) {
  Result<Snapshot> snapshot = TakeSnapshot(process);
  if (snapshot.ok() && !snapshot->ledger) return Bad("it stopped without a ledger");
  return snapshot;
}

Result<AttackData> ReadAttackData(const ProcessReader& process, const SealsWanted& wanted) {
  AttackData data;
  data.wanted = wanted;
  Result<Snapshot> snapshot = ReadSeals(process);
  if (!snapshot.ok()) return snapshot.error();
  data.snapshot = std::move(*snapshot);
  const Result<BlockAt> found = ReadBlock(process, data.snapshot.mappings);
  if (!found.ok()) return found.error();
  const AttackBlock& block = found->block;
  if (block.record_count > kMaxAttackRecords)
    return Bad("{} records, at most {}", block.record_count, kMaxAttackRecords);
  std::vector<std::byte> bytes(block.record_count * sizeof(AttackRecord));
  if (!process.Read(block.records, bytes))
    return Bad("cannot read {} records at 0x{:x}", block.record_count, block.records);
  auto records = DecodeRecords(bytes, data.ledger().entries.size());
  if (!records.ok()) return records.error();
  data.records = std::move(*records);
  return data;
}

}  // namespace signet::tool
