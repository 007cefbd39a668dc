// SPDX-License-Identifier: MIT
#include "sealer/program_seals.h"

#include <algorithm>

namespace signet {
namespace {

signet_ledger_entry Part(const signet_ledger_entry& entry, uint64_t start, uint64_t end) {
  signet_ledger_entry part = entry;
  part.start = start;
  part.end = end;
  return part;
}

signet_ledger_entry Sealed(signet_ledger_entry entry, signet_backend backend) {
  entry.backend = static_cast<uint16_t>(backend);
  entry.reason = SIGNET_REASON_OWN;
  entry.error = 0;
  return entry;
}

}  // namespace

size_t MergeProgramSeals(std::span<const signet_ledger_entry> entries,
                         std::span<const SealedRange> own, uint32_t own_module,
                         signet_backend backend, signet_ledger_entry* merged) {
  signet_ledger_entry outside = {};
  outside.module = own_module;
  outside.kind = SIGNET_KIND_DATA;
  size_t count = 0;
  size_t next = 0;
  uint64_t done = 0;  // up to here the entries are written
  const auto write_entries_to = [&](uint64_t end) {
    for (; next < entries.size() && entries[next].start < end; ++next) {
      const uint64_t start = std::max(entries[next].start, done);
      const uint64_t limit = std::min(entries[next].end, end);
      if (start < limit) merged[count++] = Part(entries[next], start, limit);
      if (entries[next].end > end) break;
    }
    done = end;
  };
  for (const SealedRange& range : own) {
    write_entries_to(range.start);
    for (uint64_t at = range.start; at < range.end;) {
      while (next < entries.size() && entries[next].end <= at) ++next;
      const bool known = next < entries.size() && entries[next].start <= at;
      uint64_t end = range.end;
      if (next < entries.size())
        end = std::min(end, known ? entries[next].end : entries[next].start);
      if (!known) {
        merged[count++] = Sealed(Part(outside, at, end), backend);
      } else if (entries[next].backend == SIGNET_BACKEND_NONE) {
        merged[count++] = Sealed(Part(entries[next], at, end), backend);
      } else {
        merged[count++] = Part(entries[next], at, end);
      }
      at = end;
    }
    done = range.end;
  }
  write_entries_to(UINT64_MAX);
  return count;
}

}  // namespace signet
