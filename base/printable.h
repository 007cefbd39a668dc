// SPDX-License-Identifier: MIT
//
// Which bytes of a name may reach a terminal: the one rule of the loader and of the tool.
//
// Names come from files, arguments and other processes. Printed as they are, they could move the
// cursor, change the title, or look like another line of the output. So everything but printable
// characters of UTF-8 is escaped: \xNN for each byte. Pure.
#pragma once

#include <array>
#include <cstddef>
#include <string_view>

namespace signet {

// The bytes of the character that `text` begins with. 0 if its first byte must be escaped: it is a
// control character (C0, DEL or C1), or not UTF-8, or there is none.
constexpr size_t PrintableLength(std::string_view text) {
  const auto byte = [text](size_t i) -> unsigned {
    return i < text.size() ? static_cast<unsigned char>(text[i]) : 0;
  };
  const unsigned lead = byte(0);
  if (lead < 0x80) return lead >= 0x20 && lead != 0x7f ? 1 : 0;
  if (lead < 0xc0 || lead >= 0xf8) return 0;
  const size_t length = lead >= 0xf0 ? 4 : lead >= 0xe0 ? 3 : 2;
  unsigned code = lead & (0x7fU >> length);
  for (size_t i = 1; i < length; ++i) {
    if ((byte(i) & 0xc0) != 0x80) return 0;
    code = code << 6 | (byte(i) & 0x3f);
  }
  // A character has one encoding, the shortest. 0x80 to 0x9f are C1.
  const unsigned smallest = length == 2 ? 0xa0 : length == 3 ? 0x800 : 0x10000;
  const bool is_surrogate = code >= 0xd800 && code <= 0xdfff;
  return code < smallest || code > 0x10ffff || is_surrogate ? 0 : length;
}

// "\x1b"
constexpr std::array<char, 4> EscapedByte(char byte) {
  constexpr char kDigits[] = "0123456789abcdef";
  const auto value = static_cast<unsigned char>(byte);
  return {'\\', 'x', kDigits[value >> 4], kDigits[value & 15]};
}

}  // namespace signet
