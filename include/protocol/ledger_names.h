// SPDX-License-Identifier: MIT
//
// The words for what a ledger holds: kinds, backends, origins and reasons. The loader's --trace and
// the reports of `signet` use the same words.
//
// Input: values of the enumerations of signet/ledger.h. Output: text that is part of the program,
// with a NUL behind it; empty for a value that the enumeration does not have. Pure, thread-safe.
//
// The texts are rows of characters in the order of their enumeration. A table of pointers would
// have to be relocated, and nothing relocates the loader. Compilers make such tables from a switch,
// too.
#pragma once

#include <cstddef>
#include <cstdint>
#include <string_view>

#include "signet/ledger.h"

namespace signet {

inline constexpr char kKindNames[SIGNET_KIND_COUNT][7] = {"text", "rodata", "relro",
                                                          "gap",  "vdso",   "data"};

inline constexpr char kBackendNames[SIGNET_BACKEND_COUNT][8] = {"none", "guard", "seccomp",
                                                                "kernel"};

inline constexpr char kSealTexts[SIGNET_BACKEND_COUNT][21] = {
    "not sealed", "sealed by the guard", "sealed by seccomp", "sealed by the kernel"};

// Modules of the other origins have files.
inline constexpr char kOriginNames[SIGNET_ORIGIN_COUNT][11] = {"",       "",           "",     "",
                                                               "[vdso]", "[stand-in]", "[own]"};

inline constexpr char kReasonTexts[SIGNET_REASON_COUNT][94] = {
    "sealed",
    "is not among those to seal",
    "this kernel has no mseal",
    "mseal failed",
    "a static program relocates and protects this part itself, later",
    "module not marked",
    "the file asks that it be left changeable",
    "mseal was not asked for",
    "a static program relocates this part itself, and could not be watched (Syscall User Dispatch)",
    "a static program relocates this part itself, and did not protect it at its start",
    "sealed by the program itself",
    "it came by dlopen, and --dlopen-seal leaves that unsealed",
    "libc opened it, and the loader could not adopt it",
};

template <size_t kCount, size_t kSize>
constexpr std::string_view RowOf(const char (&rows)[kCount][kSize], size_t index) {
  return index < kCount ? rows[index] : "";
}

// As --seal spells it.
constexpr std::string_view KindName(signet_kind kind) { return RowOf(kKindNames, kind); }

// As --backend spells it.
constexpr std::string_view BackendName(signet_backend backend) {
  return RowOf(kBackendNames, backend);
}

// How reports describe a range that this backend holds.
constexpr std::string_view SealText(signet_backend backend) { return RowOf(kSealTexts, backend); }

// The name that reports give a module without a file.
constexpr std::string_view OriginName(signet_origin origin) { return RowOf(kOriginNames, origin); }

// Why a range is as it is: lower case, no full stop, so that more can follow. Two need something
// beside them: NOT_SELECTED needs its subject in front, "kind text", and REFUSED the error behind.
constexpr std::string_view ReasonText(signet_reason reason) { return RowOf(kReasonTexts, reason); }

// "r-x", as the kernel prints it. `protection` is bits of signet_protection, or of PROT_*.
class ProtectionText {
 public:
  constexpr explicit ProtectionText(uint64_t protection)
      : text_{(protection & SIGNET_PROTECTION_READ) != 0 ? 'r' : '-',
              (protection & SIGNET_PROTECTION_WRITE) != 0 ? 'w' : '-',
              (protection & SIGNET_PROTECTION_EXECUTE) != 0 ? 'x' : '-'} {}
  constexpr std::string_view view() const { return {text_, sizeof text_}; }

 private:
  char text_[3];
};

static_assert(ProtectionText(SIGNET_PROTECTION_READ).view() == "r--");
static_assert(KindName(SIGNET_KIND_DATA) == "data");
static_assert(BackendName(SIGNET_BACKEND_KERNEL) == "kernel");
static_assert(SealText(SIGNET_BACKEND_KERNEL) == "sealed by the kernel");
static_assert(OriginName(SIGNET_ORIGIN_OWN) == "[own]");
static_assert(ReasonText(SIGNET_REASON_OWN) == "sealed by the program itself");
static_assert(!ReasonText(SIGNET_REASON_NOT_ADOPTED).empty());

}  // namespace signet
