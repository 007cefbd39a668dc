// SPDX-License-Identifier: MIT
//
// Decodes a ledger.
//
// Input: the bytes of one block (include/signet/ledger.h). Output: tables. Pure, thread-safe. The
// bytes come from another process and are not trusted: every number is checked before it is used.
#pragma once

#include <cstddef>
#include <cstdint>
#include <span>
#include <string_view>
#include <vector>

#include "signet/ledger.h"
#include "tool/result.h"

namespace signet::tool {

// Larger ledgers are refused. A process has about 65,000 mappings at most, and rarely 300 modules.
inline constexpr uint64_t kMaxLedgerSize = 64ULL << 20;
inline constexpr uint32_t kMaxLedgerModules = 1U << 16;
inline constexpr uint32_t kMaxLedgerEntries = 1U << 18;
inline constexpr size_t kMaxLedgerString = 4096;

struct LedgerModuleView {
  uint64_t start;         // address of the first byte
  uint64_t end;           // address after the last byte
  uint64_t load_bias;     // run-time address minus p_vaddr
  std::string_view path;  // may be empty
  std::string_view name;  // may be empty
  signet_origin origin;
};

struct LedgerEntryView {
  uint64_t start;  // page-aligned
  uint64_t end;    // page-aligned, exclusive
  uint32_t module;
  signet_kind kind;
  signet_backend backend;
  signet_reason reason;
  int error;            // errno, or 0
  uint32_t remarks;     // enum signet_remark
  uint32_t protection;  // enum signet_protection
};

// Refers to strings in the block that was decoded. That must outlive the view and stay where it is.
struct LedgerView {
  uint32_t version = 0;
  signet_backend backend = SIGNET_BACKEND_NONE;
  uint32_t selected_kinds = 0;  // bits of the header
  std::vector<LedgerModuleView> modules;
  std::vector<LedgerEntryView> entries;  // ascending, disjoint; `module` is an index in `modules`
};

// The size in bytes of the block that begins with `header`, which is at least
// sizeof(struct signet_ledger) bytes. Fails if it is no ledger, has an unknown version, or is
// larger than kMaxLedgerSize.
Result<uint64_t> LedgerSize(std::span<const std::byte> header);

// Decodes the whole block. Fails at the first error in it.
Result<LedgerView> DecodeLedger(std::span<const std::byte> block);

}  // namespace signet::tool
