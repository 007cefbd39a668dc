// SPDX-License-Identifier: MIT
#include "sealer/backend/guard.h"

#include <errno.h>

#include "base/page.h"
#include "base/scratch.h"
#include "base/syscall.h"
#include "sealer/backend/guard_page_sizes.h"
#include "sealer/mappings.h"

namespace signet {
namespace {

// The memory of an entry may consist of several mappings: `data` begins in the file, and goes on in
// anonymous memory.
constexpr size_t kMostPieces = 4;

// The facts that follow from a kind alone. The kernel is not asked.
uint32_t UsualFacts(uint16_t kind) {
  switch (kind) {
    case SIGNET_KIND_TEXT:
    case SIGNET_KIND_RODATA:
    case SIGNET_KIND_VDSO:
      return 0;
    case SIGNET_KIND_DATA:
      return kAnonymous | kWritable;
    default:
      return kAnonymous;
  }
}

void Settle(signet_ledger_entry& entry, signet_reason reason, int error, bool held) {
  entry.reason = static_cast<uint16_t>(reason);
  entry.error = static_cast<uint16_t>(error);
  if (held) entry.backend = SIGNET_BACKEND_GUARD;
}

size_t CountMappings(uint64_t start, uint64_t end) {
  MappingReader reader;
  Mapping mapping;
  size_t count = 0;
  while (reader.Next(mapping) && mapping.start < end) count += mapping.end > start ? 1 : 0;
  return count;
}

}  // namespace

int ReserveForGuard(size_t entry_count) { return ReserveSealed(kMostPieces * entry_count); }

void SealByGuard(LedgerEntries& entries, signet_reason reason, int error) {
  SortByAddress(entries);
  const Scratch<SealedRange> room(kMostPieces * entries.size() + 1);
  size_t count = 0;
  if (room.first() != nullptr) {
    MemoryFacts facts;
    for (const signet_ledger_entry& entry : entries) {
      if (entry.reason != SIGNET_REASON_SEALED) continue;
      count += facts.Describe(entry.start, entry.end, 0, UsualFacts(entry.kind),
                              room.first() + count, kMostPieces);
    }
  }
  const int failure = room.first() != nullptr ? AddSealed({room.first(), count}) : ENOMEM;
  for (signet_ledger_entry& entry : entries) {
    if (entry.reason != SIGNET_REASON_SEALED) continue;
    if (failure == 0) {
      Settle(entry, reason, error, true);
    } else {
      Settle(entry, SIGNET_REASON_REFUSED, failure, false);
    }
  }
}

long SealMemory(uint64_t start, uint64_t size, unsigned long flags) {
  const uint64_t whole = PageUp(size);
  const uint64_t end = start + whole;
  if (flags != 0 || start % kPageSize != 0 || (size != 0 && whole == 0) || end < start)
    return -EINVAL;
  if (end == start) return 0;
  if (!IsMapped(start, end)) return -ENOMEM;
  if (start % PageSizeAt(start) != 0 || end % PageSizeAt(end - 1) != 0) return -EINVAL;
  const Scratch<SealedRange> room(CountMappings(start, end) + 1);
  if (room.first() == nullptr) return -ENOMEM;
  MemoryFacts facts;
  const size_t count =
      facts.Describe(start, end, kByProgram, kAnonymous, room.first(), room.capacity());
  return -AddSealed({room.first(), count});
}

}  // namespace signet
