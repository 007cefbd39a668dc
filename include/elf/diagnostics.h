// SPDX-License-Identifier: MIT
//
// How decoders report what is wrong: a Problem is one fact about one file. It has no file name,
// because the decoder does not know it. The caller of the decoder prints it, once, behind the name:
//
//   libfoo.so: e_phentsize is 32, expected 56
//
// Input: none. Output: none. It does not print; formatting is the caller's (loader/diagnostics.h).
#pragma once

#include <cstdint>
#include <optional>
#include <string_view>

namespace elf {

enum class Base : uint8_t { kNone, kDecimal, kHex };

struct Problem {
  std::string_view what;           // "e_phentsize is", or a whole sentence if base is kNone
  uint64_t value = 0;              // the number found
  std::string_view relation = {};  // ", expected ", or what is wrong with the number
  uint64_t limit = 0;              // the number that would have been right, or the bound
  bool has_limit = false;
  Base base = Base::kNone;  // addresses and offsets in hexadecimal, counts in decimal
};

// An error, or nothing if there is none.
using Check = std::optional<Problem>;

[[gnu::cold, gnu::noinline]] constexpr Problem Count(std::string_view what, uint64_t value,
                                                     std::string_view relation) {
  return {what, value, relation, 0, false, Base::kDecimal};
}

[[gnu::cold, gnu::noinline]] constexpr Problem Count(std::string_view what, uint64_t value,
                                                     std::string_view relation, uint64_t limit) {
  return {what, value, relation, limit, true, Base::kDecimal};
}

[[gnu::cold, gnu::noinline]] constexpr Problem Address(std::string_view what, uint64_t value,
                                                       std::string_view relation) {
  return {what, value, relation, 0, false, Base::kHex};
}

[[gnu::cold, gnu::noinline]] constexpr Problem Address(std::string_view what, uint64_t value,
                                                       std::string_view relation, uint64_t limit) {
  return {what, value, relation, limit, true, Base::kHex};
}

[[gnu::cold, gnu::noinline]] constexpr Problem Sentence(std::string_view what) {
  return {.what = what};
}

}  // namespace elf
