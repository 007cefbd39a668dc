// SPDX-License-Identifier: MIT
//
// A snapshot of an invented process. It has the module of fake_module.h, with a ledger or without,
// a stack, a mapped file and anonymous memory.
#pragma once

#include <cerrno>

#include "tests/tool/fake_memory.h"
#include "tests/tool/fake_module.h"
#include "tests/tool/ledger_block.h"
#include "tool/process/snapshot.h"

namespace signet::test {

inline constexpr uint64_t kModule = 0x7f0000010000;

// The pages of the module, as FakeModule describes them.
inline constexpr uint64_t kModuleText = kModule + FakeModule::kText;
inline constexpr uint64_t kModuleGap = kModule + FakeModule::kGap;
inline constexpr uint64_t kModuleRelro = kModule + FakeModule::kRelro;
inline constexpr uint64_t kModuleData = kModule + FakeModule::kData;
inline constexpr uint64_t kModuleEnd = kModule + FakeModule::kSize;

inline tool::Snapshot SnapshotWithoutLedger() {
  FakeModule module(kModule);
  FakeMemory memory;
  module.PutInto(memory);
  tool::Snapshot snapshot;
  snapshot.pid = 4711;
  snapshot.mappings = module.Mappings();
  snapshot.images = tool::FindImages(memory.reader(), snapshot.mappings);
  // Right behind the module, where the kernel may place memory.
  snapshot.mappings.push_back(MakeMapping(kModuleEnd, kModuleEnd + 0x2000, "rw-p"));
  snapshot.mappings.push_back(MakeMapping(0x7f0000020000, 0x7f0000021000, "r--p", "/etc/file"));
  snapshot.mappings.push_back(MakeMapping(0x7ff000000000, 0x7ff000021000, "rw-p", "[stack]"));
  return snapshot;
}

// The ledger that Signet would publish for the module of SnapshotWithoutLedger.
inline LedgerBlock ModuleLedger() {
  LedgerBlock block;
  const uint32_t module = block.AddModule(kModule, kModuleEnd, "/lib/libfake.so", "libfake.so.1");
  block.AddEntry(kModule, kModuleText, module, SIGNET_KIND_RODATA);
  block.AddEntry(kModuleText, kModuleGap, module, SIGNET_KIND_TEXT);
  block.AddEntry(kModuleGap, kModuleRelro, module, SIGNET_KIND_GAP);
  block.AddEntry(kModuleRelro, kModuleData, module, SIGNET_KIND_RELRO);
  block.AddEntry(kModuleData, kModuleEnd, module, SIGNET_KIND_DATA, SIGNET_BACKEND_NONE,
                 SIGNET_REASON_NOT_SELECTED);
  return block;
}

// `ledger` is published. The kernel seals the whole module except its data.
inline tool::Snapshot SnapshotWithLedger(const LedgerBlock& ledger = ModuleLedger()) {
  tool::Snapshot snapshot = SnapshotWithoutLedger();
  for (size_t i = 0; i < 4; ++i) snapshot.mappings[i].sealed = true;
  snapshot.block = {.state = tool::LedgerBlock::State::kFound, .bytes = ledger.Bytes()};
  auto decoded = tool::DecodeLedger(snapshot.block.bytes);
  snapshot.ledger = std::move(*decoded);
  return snapshot;
}

}  // namespace signet::test
