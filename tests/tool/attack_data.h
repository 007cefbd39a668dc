// SPDX-License-Identifier: MIT
//
// What a loader leaves behind that has attacked its seals. A test may then spoil it.
#pragma once

#include <string_view>
#include <utility>
#include <vector>

#include "protocol/attack_record.h"
#include "tests/tool/ledger_block.h"
#include "tool/verify/attack_data.h"

namespace signet::test {

// The two mappings of the module of ExampleLedger().
inline constexpr std::string_view kExampleSmaps =
    "10000-12000 r-xp 00000000 08:01 7 /lib/libx.so\nVmFlags: rd ex mr sl \n"
    "12000-13000 r--p 00000000 00:00 0 \nVmFlags: rd mr sl \n"
    "13000-14000 rw-p 00003000 08:01 7 /lib/libx.so\nVmFlags: rd wr mr \n";

// One module: text in a file, anonymous RELRO, data.
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

// The usual result of an attack.
inline AttackRecord Refused(uint32_t entry, AttackCall call, uint16_t argument = 0) {
  return {.entry = entry,
          .call = static_cast<uint8_t>(call),
          .part = static_cast<uint8_t>(AttackPart::kWhole),
          .way = static_cast<uint8_t>(AttackWay::kInline),
          .signal = 0,
          .argument = argument,
          .effects = 0,
          .answer = -1};
}

// The same attack, but it was done as asked.
inline AttackRecord Done(uint32_t entry, AttackCall call, uint16_t argument = 0,
                         uint16_t effects = 0) {
  AttackRecord record = Refused(entry, call, argument);
  record.answer = 0;
  record.effects = effects;
  return record;
}

// What is read from a process with that ledger and that text of smaps, after these attacks.
inline tool::AttackData ExampleData(const std::vector<AttackRecord>& records,
                                    const LedgerBlock& ledger = ExampleLedger(),
                                    std::string_view smaps = kExampleSmaps) {
  tool::AttackData data;
  data.wanted = {SIGNET_BACKEND_KERNEL, 0x1f};
  data.snapshot.block = {.state = tool::LedgerBlock::State::kFound, .bytes = ledger.Bytes()};
  data.snapshot.ledger = std::move(*tool::DecodeLedger(data.snapshot.block.bytes));
  data.snapshot.mappings = std::move(*tool::ParseSmaps(smaps));
  data.records = records;
  return data;
}

}  // namespace signet::test
