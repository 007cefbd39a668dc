// SPDX-License-Identifier: MIT
#include "sealer/program_seals.h"

#include <algorithm>

#include "base/interval.h"

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
  entry.protection = 0;  // the program's choice
  return entry;
}

// Writes both lists to `merged_`, in one walk.
class Merger {
 public:
  Merger(std::span<const signet_ledger_entry> entries, uint32_t own_module, signet_backend backend,
         signet_ledger_entry* merged)
      : entries_(entries), backend_(backend), merged_(merged) {
    outside_.module = own_module;
    outside_.kind = SIGNET_KIND_DATA;
  }

  size_t Run(std::span<const SealedRange> own) {
    for (const SealedRange& range : own) {
      CopyEntriesTo(range.start);
      AddSealed(range);
      done_ = range.end;
    }
    CopyEntriesTo(UINT64_MAX);
    return count_;
  }

 private:
  void Add(const signet_ledger_entry& entry) { merged_[count_++] = entry; }

  // The entries between done_ and `end` are as they were.
  void CopyEntriesTo(uint64_t end) {
    for (; next_ < entries_.size() && entries_[next_].start < end; ++next_) {
      const uint64_t start = std::max(entries_[next_].start, done_);
      const uint64_t limit = std::min(entries_[next_].end, end);
      if (start < limit) Add(Part(entries_[next_], start, limit));
      if (entries_[next_].end > end) break;
    }
    done_ = end;
  }

  void AddSealed(const SealedRange& range) {
    for (uint64_t at = range.start; at < range.end;) {
      while (next_ < entries_.size() && entries_[next_].end <= at) ++next_;
      const signet_ledger_entry* next = next_ < entries_.size() ? &entries_[next_] : nullptr;
      const IntervalPiece piece = FirstPiece(at, range.end, next);
      const signet_ledger_entry part = Part(piece.is_inside ? *next : outside_, at, piece.end);
      const bool is_sealed_already = piece.is_inside && next->backend != SIGNET_BACKEND_NONE;
      Add(is_sealed_already ? part : Sealed(part, backend_));
      at = piece.end;
    }
  }

  std::span<const signet_ledger_entry> entries_;
  signet_backend backend_;
  signet_ledger_entry* merged_;
  signet_ledger_entry outside_ = {};  // what lies in no entry
  size_t count_ = 0;
  size_t next_ = 0;
  uint64_t done_ = 0;  // up to here all is written
};

}  // namespace

size_t MergeProgramSeals(std::span<const signet_ledger_entry> entries,
                         std::span<const SealedRange> own, uint32_t own_module,
                         signet_backend backend, signet_ledger_entry* merged) {
  return Merger(entries, own_module, backend, merged).Run(own);
}

}  // namespace signet
