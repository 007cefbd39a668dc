// SPDX-License-Identifier: MIT
//
// The parts of a module, range by range, and which of them are to be sealed.
//
// Input: program headers and addresses. Output: ledger entries that cover the module's span once,
// in address order. Entries that are not to be sealed say why. Pure: no system calls.
//
// If variables are to be sealed, those in PT_OPENBSD_MUTABLE and PT_GNU_MUTABLE are left out. They
// are left out in whole pages: a page that is mutable in part stays changeable. A part of such a
// header that lies outside writable segments, or in RELRO, is ignored.
#pragma once

#include <cstdint>
#include <span>

#include "base/arena.h"
#include "elf/types.h"
#include "sealer/policy.h"
#include "signet/ledger.h"

#pragma GCC visibility push(hidden)

namespace signet {

struct SealedModule {
  uint32_t index;  // in the ledger's module table
  uint64_t start;  // address of the first byte of the span, page-aligned
  uint64_t load_bias;
  std::span<const elf::Phdr> phdrs;
  uint64_t relro_start;  // page-aligned addresses; equal if there is no RELRO
  uint64_t relro_end;
  bool self_relocating;  // a static program: its RELRO is not final yet
  bool left_out;         // only marked modules are to be sealed, and this one is not marked
  bool text_relocated;   // its read-only segments are private copies
};

using LedgerEntries = List<signet_ledger_entry>;

// Entries still to be sealed have reason SIGNET_REASON_SEALED and backend SIGNET_BACKEND_NONE.
void PlanModule(const SealedModule& module, uint32_t kinds, LedgerEntries& entries);

// One more range, of a kind that follows from no segment. `protection` is bits of
// signet_protection.
void PlanRange(uint32_t module, signet_kind kind, uint64_t start, uint64_t end, uint32_t protection,
               uint32_t kinds, LedgerEntries& entries);

void SortByAddress(LedgerEntries& entries);

}  // namespace signet

#pragma GCC visibility pop
