// SPDX-License-Identifier: MIT
//
// Reads numbers in text.
//
// Input: characters. Output: a number without a sign. Numbers that are too large become UINT64_MAX,
// so that a comparison with a limit is enough. Pure.
#pragma once

#include <cstdint>
#include <string_view>

namespace signet {

// The value of a digit, or of a small letter from a to f; 16 for any other character.
constexpr unsigned DigitValue(char digit) {
  if (digit >= '0' && digit <= '9') return static_cast<unsigned>(digit - '0');
  if (digit >= 'a' && digit <= 'f') return static_cast<unsigned>(digit - 'a') + 10;
  return 16;
}

// Appends a digit to `number`. False, and no change, if it is not a digit of `base`.
[[nodiscard]] constexpr bool AppendDigit(uint64_t& number, char digit, unsigned base = 10) {
  const unsigned value = DigitValue(digit);
  if (value >= base) return false;
  number = number > (UINT64_MAX - value) / base ? UINT64_MAX : number * base + value;
  return true;
}

// Reads `text`, which must consist of digits. False if it is empty or has another character.
[[nodiscard]] constexpr bool ParseNumber(std::string_view text, uint64_t& number,
                                         unsigned base = 10) {
  number = 0;
  for (const char digit : text) {
    if (!AppendDigit(number, digit, base)) return false;
  }
  return !text.empty();
}

}  // namespace signet
