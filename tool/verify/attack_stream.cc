// SPDX-License-Identifier: MIT
//
// See attack_stream.h. Sizes are compared by subtraction, never by addition.
#include "tool/verify/attack_stream.h"

#include <fmt/format.h>

#include <cstring>
#include <string>
#include <string_view>

namespace signet::tool {
namespace {

constexpr int32_t kMaxErrno = 4095;
constexpr int kMaxSignal = 64;

template <typename... Arguments>
Error Bad(fmt::format_string<Arguments...> format, Arguments&&... arguments) {
  return {"the loader's report: " + fmt::format(format, std::forward<Arguments>(arguments)...)};
}

// Removes a T from the front. False if there are not enough bytes.
template <typename T>
bool Take(std::span<const std::byte>& bytes, T& value) {
  if (bytes.size() < sizeof value) return false;
  std::memcpy(&value, bytes.data(), sizeof value);
  bytes = bytes.subspan(sizeof value);
  return true;
}

// The bytes of all chunks of a kind.
struct Parts {
  std::vector<std::byte> ledger;
  std::vector<std::byte> smaps;
  std::vector<std::byte> records;
};

Result<Parts> SplitStream(std::span<const std::byte> stream) {
  RecordHeader header;
  if (!Take(stream, header)) return Bad("{} bytes, a header has {}", stream.size(), sizeof header);
  if (std::memcmp(header.magic, kAttackMagic, sizeof header.magic) != 0) return Bad("bad magic");
  if (header.version != kAttackVersion) {
    return Bad("version {}, known is {}", header.version, kAttackVersion);
  }
  if (header.record_size != sizeof(AttackRecord)) {
    return Bad("record_size is {}, expected {}", header.record_size, sizeof(AttackRecord));
  }
  Parts parts;
  RecordChunkHeader chunk;
  while (Take(stream, chunk)) {
    if (chunk.size > stream.size()) {
      return Bad("a chunk of {} bytes, {} are left", chunk.size, stream.size());
    }
    const auto bytes = stream.first(chunk.size);
    stream = stream.subspan(chunk.size);
    std::vector<std::byte>* part = nullptr;
    switch (static_cast<RecordChunk>(chunk.kind)) {
      case RecordChunk::kLedger:
        part = &parts.ledger;
        break;
      case RecordChunk::kSmaps:
        part = &parts.smaps;
        break;
      case RecordChunk::kRecords:
        part = &parts.records;
        break;
      case RecordChunk::kEnd:
        if (!bytes.empty() || !stream.empty()) return Bad("it does not end where it says so");
        return parts;
      default:
        return Bad("a chunk of kind {}", chunk.kind);
    }
    part->insert(part->end(), bytes.begin(), bytes.end());
  }
  return Bad("it is cut off");
}

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

}  // namespace

Result<AttackData> DecodeAttack(std::span<const std::byte> stream) {
  auto parts = SplitStream(stream);
  if (!parts.ok()) return parts.error();
  AttackData data;
  data.block = std::move(parts->ledger);
  Result<LedgerView> ledger = DecodeLedger(data.block);
  if (!ledger.ok()) return ledger.error();
  data.ledger = std::move(*ledger);
  // Without the mappings it is not known what is allowed by design.
  if (parts->smaps.empty()) return Error{"the program cannot read its /proc/self/smaps"};
  auto mappings = ParseSmaps(
      std::string_view(reinterpret_cast<const char*>(parts->smaps.data()), parts->smaps.size()));
  if (!mappings.ok()) return mappings.error();
  data.mappings = std::move(*mappings);
  auto records = DecodeRecords(parts->records, data.ledger.entries.size());
  if (!records.ok()) return records.error();
  data.records = std::move(*records);
  return data;
}

}  // namespace signet::tool
