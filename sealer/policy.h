// SPDX-License-Identifier: MIT
//
// Which kinds are to be sealed. SIGNET_SEAL and --seal have the same grammar; --seal is read last:
//
//   list    = element { "," element }
//   element = "default" | "none" | [ "+" | "-" ] ( KIND | "marked" )
//
// A list is read from left to right. A KIND without a sign means "+KIND". "marked" restricts the
// kinds to modules that GNU_PROPERTY_MEMORY_SEAL marks; "default" and "none" remove it again.
//
// Input: text. Output: bits. Pure: no system calls.
#pragma once

#include <cstdint>
#include <string_view>

#include "protocol/ledger_names.h"
#include "signet/ledger.h"

#pragma GCC visibility push(hidden)

namespace signet {

constexpr uint32_t KindBit(signet_kind kind) { return uint32_t{1} << kind; }

inline constexpr uint32_t kDefaultSealKinds =
    KindBit(SIGNET_KIND_TEXT) | KindBit(SIGNET_KIND_RODATA) | KindBit(SIGNET_KIND_RELRO) |
    KindBit(SIGNET_KIND_GAP) | KindBit(SIGNET_KIND_VDSO);

// Applies `list` to `kinds`, which may contain SIGNET_MARKED_ONLY. False if an element is unknown:
// then `unknown` is that element, and `kinds` is unchanged.
[[nodiscard]] bool ParseSealKinds(std::string_view list, uint32_t& kinds,
                                  std::string_view& unknown);

}  // namespace signet

#pragma GCC visibility pop
