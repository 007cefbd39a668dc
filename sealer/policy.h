// SPDX-License-Identifier: MIT
//
// Which kinds are to be sealed. One grammar, in SIGNET_SEAL and in --seal, which comes behind it:
//
//   list    = element { "," element }
//   element = "default" | "none" | [ "+" | "-" ] ( KIND | "marked" )
//
// read from left to right; a KIND without a sign counts as "+KIND". "marked" goes with the kinds:
// of modules that are marked by GNU_PROPERTY_MEMORY_SEAL only. "default" and "none" take it back.
// No system calls.
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

// Starts from `kinds`, SIGNET_MARKED_ONLY among them, and applies `list` to it. False for an
// unknown element, which is then in `unknown`; `kinds` is then unchanged.
[[nodiscard]] bool ParseSealKinds(std::string_view list, uint32_t& kinds,
                                  std::string_view& unknown);

}  // namespace signet

#pragma GCC visibility pop
