// SPDX-License-Identifier: MIT
#include "sealer/plan.h"

namespace signet {
namespace {

class ModulePlanner {
 public:
  ModulePlanner(const SealedModule& module, uint32_t kinds, LedgerEntries& entries)
      : module_(module), kinds_(kinds), entries_(entries), next_(module.start) {}

  // A page that two segments share belongs to the later one: its mapping was put over the earlier
  // one's.
  void Run() {
    const elf::Phdr* current = nullptr;
    for (const elf::Phdr& phdr : module_.phdrs) {
      if (phdr.p_type != PT_LOAD || phdr.p_memsz == 0) continue;
      const uint64_t start = elf::PageDown(module_.load_bias + phdr.p_vaddr);
      if (current != nullptr) Segment(*current, start);
      if (start > next_) Add(SIGNET_KIND_GAP, start);
      current = &phdr;
    }
    if (current != nullptr) Segment(*current, UINT64_MAX);
  }

 private:
  void Segment(const elf::Phdr& phdr, uint64_t limit) {
    uint64_t end = elf::PageUp(module_.load_bias + phdr.p_vaddr + phdr.p_memsz);
    if (end > limit) end = limit;
    if ((phdr.p_flags & PF_X) != 0) {
      Add(SIGNET_KIND_TEXT, end);
    } else if ((phdr.p_flags & PF_W) == 0) {
      Add(SIGNET_KIND_RODATA, end);
    } else {
      if (module_.relro_start < end && module_.relro_end > next_) {
        Add(SIGNET_KIND_DATA, module_.relro_start);
        Add(SIGNET_KIND_RELRO, module_.relro_end < end ? module_.relro_end : end);
      }
      Add(SIGNET_KIND_DATA, end);
    }
  }

  // The bytes from where the last entry ended.
  void Add(signet_kind kind, uint64_t end) {
    if (end <= next_) return;
    PlanRange(module_.index, kind, next_, end, kinds_, entries_);
    if (kind == SIGNET_KIND_RELRO && module_.self_relocating)
      entries_.back().reason = SIGNET_REASON_SELF_RELOCATED;
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

void PlanRange(uint32_t module, signet_kind kind, uint64_t start, uint64_t end, uint32_t kinds,
               LedgerEntries& entries) {
  signet_ledger_entry entry = {};
  entry.start = start;
  entry.end = end;
  entry.module = module;
  entry.kind = static_cast<uint16_t>(kind);
  entry.reason = (kinds & KindBit(kind)) != 0 ? SIGNET_REASON_SEALED : SIGNET_REASON_NOT_SELECTED;
  entries.Add(entry);
}

}  // namespace signet
