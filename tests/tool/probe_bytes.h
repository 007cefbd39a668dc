// SPDX-License-Identifier: MIT
//
// Writes the streams of a loader that attacks its seals, for tests, which then spoil them.
#pragma once

#include <cstring>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "protocol/attack_record.h"
#include "tests/tool/ledger_block.h"

namespace signet::test {

// Two mappings that go with ExampleLedger().
inline constexpr std::string_view kExampleSmaps =
    "10000-12000 r-xp 00000000 08:01 7 /lib/libx.so\nVmFlags: rd ex mr sl \n"
    "12000-13000 r--p 00000000 00:00 0 \nVmFlags: rd mr sl \n"
    "13000-14000 rw-p 00003000 08:01 7 /lib/libx.so\nVmFlags: rd wr mr \n";

// Of one module: text of a file, anonymous RELRO, data.
inline LedgerBlock ExampleLedger() {
  LedgerBlock block;
  const uint32_t module = block.AddModule(0x10000, 0x14000, "/lib/libx.so", "libx.so");
  block.AddEntry(0x10000, 0x12000, module, SIGNET_KIND_TEXT);
  block.AddEntry(0x12000, 0x13000, module, SIGNET_KIND_RELRO);
  block.AddEntry(0x13000, 0x14000, module, SIGNET_KIND_DATA, SIGNET_BACKEND_NONE,
                 SIGNET_REASON_NOT_SELECTED);
  return block;
}
inline constexpr uint32_t kExampleText = 0;
inline constexpr uint32_t kExampleRelro = 1;

// What most attacks come to.
inline ProbeRecord Refused(uint32_t entry, ProbeCall call, uint16_t argument = 0) {
  return {.entry = entry,
          .call = static_cast<uint8_t>(call),
          .part = static_cast<uint8_t>(ProbePart::kWhole),
          .way = static_cast<uint8_t>(ProbeWay::kInline),
          .signal = 0,
          .argument = argument,
          .effects = 0,
          .answer = -1};
}

// The same where it was done as asked.
inline ProbeRecord Done(uint32_t entry, ProbeCall call, uint16_t argument = 0,
                        uint16_t effects = 0) {
  ProbeRecord record = Refused(entry, call, argument);
  record.answer = 0;
  record.effects = effects;
  return record;
}

class ProbeBytes {
 public:
  explicit ProbeBytes(ProbeHeader header = Header()) { Append(&header, sizeof header); }

  static ProbeHeader Header() {
    ProbeHeader header = {};
    std::memcpy(header.magic, kProbeMagic, sizeof header.magic);
    header.version = kProbeVersion;
    header.record_size = sizeof(ProbeRecord);
    return header;
  }

  ProbeBytes& Chunk(ProbeChunk kind, const void* data, size_t size) {
    const ProbeChunkHeader header = {static_cast<uint32_t>(kind), static_cast<uint32_t>(size)};
    Append(&header, sizeof header);
    Append(data, size);
    return *this;
  }
  ProbeBytes& Ledger(const LedgerBlock& block = ExampleLedger()) {
    const auto ledger = block.Bytes();
    return Chunk(ProbeChunk::kLedger, ledger.data(), ledger.size());
  }
  ProbeBytes& Smaps(std::string_view text = kExampleSmaps) {
    return Chunk(ProbeChunk::kSmaps, text.data(), text.size());
  }
  ProbeBytes& Records(const std::vector<ProbeRecord>& records) {
    return Chunk(ProbeChunk::kRecords, records.data(), records.size() * sizeof(ProbeRecord));
  }
  ProbeBytes& End() { return Chunk(ProbeChunk::kEnd, nullptr, 0); }

  std::vector<std::byte> bytes;

 private:
  void Append(const void* data, size_t size) {
    const auto* begin = static_cast<const std::byte*>(data);
    bytes.insert(bytes.end(), begin, begin + size);
  }
};

}  // namespace signet::test
