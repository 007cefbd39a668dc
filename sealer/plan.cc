// SPDX-License-Identifier: MIT
#include "sealer/plan.h"

#include <algorithm>

#include "base/page.h"
#include "elf/phdr.h"

namespace signet {
namespace {

// The protection of a segment.
constexpr uint32_t PlannedProtection(uint32_t flags) {
  return SIGNET_PROTECTION_PLANNED | static_cast<uint32_t>(elf::Protection(flags));
}

class ModulePlanner {
 public:
  ModulePlanner(const SealedModule& module, uint32_t kinds, LedgerEntries& entries)
      : module_(module), kinds_(kinds), entries_(entries), next_(module.start) {}

  void Run() {
    for (const elf::Phdr& phdr : elf::LoadSegments(module_.phdrs)) {
      Add(SIGNET_KIND_GAP, module_.load_bias + elf::FirstPage(phdr), PlannedProtection(0));
      Segment(phdr);
    }
  }

 private:
  void Segment(const elf::Phdr& phdr) {
    const uint64_t end = module_.load_bias + elf::PagesEnd(phdr);
    const bool writable = (phdr.p_flags & PF_W) != 0;
    const uint32_t relocated = module_.text_relocated ? uint32_t{SIGNET_REMARK_RELOCATED} : 0;
    const uint32_t protection = PlannedProtection(phdr.p_flags);
    if ((phdr.p_flags & PF_X) != 0) {
      Add(SIGNET_KIND_TEXT, end, protection,
          writable ? uint32_t{SIGNET_REMARK_WRITABLE_CODE} : relocated);
    } else if (!writable) {
      Add(SIGNET_KIND_RODATA, end, protection, relocated);
    } else {
      if (module_.relro_start < end && module_.relro_end > next_) {
        AddData(module_.relro_start, protection);
        Add(SIGNET_KIND_RELRO, module_.relro_end < end ? module_.relro_end : end,
            PlannedProtection(PF_R));
      }
      AddData(end, protection);
    }
  }

  // Variables, and between them the pages that stay changeable.
  void AddData(uint64_t end, uint32_t protection) {
    if ((kinds_ & KindBit(SIGNET_KIND_DATA)) != 0 && !module_.left_out) {
      for (Range hole = NextMutable(end); hole.start < end; hole = NextMutable(end)) {
        Add(SIGNET_KIND_DATA, hole.start, protection);
        Add(SIGNET_KIND_DATA, hole.end, protection);
        entries_.back().reason = SIGNET_REASON_MUTABLE;
      }
    }
    Add(SIGNET_KIND_DATA, end, protection);
  }

  struct Range {
    uint64_t start;
    uint64_t end;
  };

  // The first stretch of mutable pages in [next_, end), or an empty one at `end`. Numbers from the
  // file are compared as distances, which cannot overflow.
  Range NextMutable(uint64_t end) const {
    Range first = {end, end};
    for (const elf::Phdr& phdr : module_.phdrs) {
      if (phdr.p_type != elf::kPtOpenbsdMutable && phdr.p_type != elf::kPtGnuMutable) continue;
      // Distances from next_ at which the header's memory begins and ends.
      const uint64_t from = next_ - module_.load_bias;
      const uint64_t room = end - next_;
      const uint64_t skipped = phdr.p_vaddr < from ? from - phdr.p_vaddr : 0;
      if (phdr.p_memsz <= skipped) continue;
      const uint64_t start = phdr.p_vaddr < from ? 0 : phdr.p_vaddr - from;
      if (start >= room) continue;
      const uint64_t left = phdr.p_memsz - skipped;
      const uint64_t stop = left < room - start ? start + left : room;
      if (next_ + PageDown(start) < first.start)
        first = {next_ + PageDown(start), next_ + PageUp(stop)};
    }
    return first;
  }

  // Adds an entry from the end of the last one to `end`.
  void Add(signet_kind kind, uint64_t end, uint32_t protection, uint32_t remarks = 0) {
    if (end <= next_) return;
    PlanRange(module_.index, kind, next_, end, protection, kinds_, entries_);
    signet_ledger_entry& entry = entries_.back();
    entry.remarks = remarks;
    if (module_.left_out && entry.reason == SIGNET_REASON_SEALED)
      entry.reason = SIGNET_REASON_NOT_MARKED;
    if (kind == SIGNET_KIND_RELRO && module_.self_relocating &&
        entry.reason == SIGNET_REASON_SEALED) {
      entry.reason = SIGNET_REASON_SELF_RELOCATED;
    }
    next_ = end;
  }

  const SealedModule& module_;
  uint32_t kinds_;
  LedgerEntries& entries_;
  uint64_t next_;
};

}  // namespace

void PlanModule(const SealedModule& module, uint32_t kinds, LedgerEntries& entries) {
  ModulePlanner(module, kinds, entries).Run();
}

void PlanRange(uint32_t module, signet_kind kind, uint64_t start, uint64_t end, uint32_t protection,
               uint32_t kinds, LedgerEntries& entries) {
  signet_ledger_entry entry = {};
  entry.start = start;
  entry.end = end;
  entry.module = module;
  entry.kind = static_cast<uint16_t>(kind);
  entry.protection = protection;
  entry.reason = (kinds & KindBit(kind)) != 0 ? SIGNET_REASON_SEALED : SIGNET_REASON_NOT_SELECTED;
  entries.Add(entry);
}

void SortByAddress(LedgerEntries& entries) {
  std::sort(
      entries.begin(), entries.end(),
      [](const signet_ledger_entry& a, const signet_ledger_entry& b) { return a.start < b.start; });
}

}  // namespace signet
