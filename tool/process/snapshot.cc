// SPDX-License-Identifier: MIT
//
// See snapshot.h.
#include "tool/process/snapshot.h"

#include <span>
#include <utility>

namespace signet::tool {
namespace {

constexpr int kAttempts = 5;

struct Reading {
  LedgerBlock block;
  std::vector<SmapsMapping> mappings;
  bool stable = false;  // the ledger did not change while the mappings were read
};

Result<Reading> ReadOnce(const ProcessReader& process, const ReadMemory& read, const Auxv& auxv) {
  // The loader never moves: the first mappings are good enough to find it twice.
  const auto mappings = process.ReadMappings(ProcessReader::Seals::kLeaveOut);
  if (!mappings.ok()) return mappings.error();
  auto before = FindLedger(read, auxv, *mappings);
  if (!before.ok()) return before.error();
  auto current = process.ReadMappings();
  if (!current.ok()) return current.error();
  const auto after = FindLedger(read, auxv, *mappings);
  if (!after.ok()) return after.error();
  const bool stable = before->state == after->state && before->bytes == after->bytes;
  return Reading{std::move(*before), std::move(*current), stable};
}

}  // namespace

Result<Snapshot> TakeSnapshot(const ProcessReader& process) {
  const ReadMemory read = [&process](uint64_t address, std::span<std::byte> into) {
    return process.Read(address, into);
  };
  const Result<Auxv> auxv = process.ReadAuxv();
  if (!auxv.ok()) return auxv.error();

  Result<Reading> reading = ReadOnce(process, read, *auxv);
  for (int i = 1; i < kAttempts && !(reading.ok() && reading->stable); ++i) {
    reading = ReadOnce(process, read, *auxv);
  }
  if (!reading.ok()) return reading.error();

  Snapshot snapshot;
  snapshot.pid = process.pid();
  snapshot.mappings = std::move(reading->mappings);
  snapshot.block = std::move(reading->block);
  if (snapshot.block.state == LedgerBlock::State::kFound) {
    auto ledger = DecodeLedger(snapshot.block.bytes);
    if (!ledger.ok()) return ledger.error();
    snapshot.ledger = std::move(*ledger);
  }
  snapshot.read_implies_exec = process.ReadImpliesExec();
  snapshot.images = FindImages(read, snapshot.mappings);
  return snapshot;
}

}  // namespace signet::tool
