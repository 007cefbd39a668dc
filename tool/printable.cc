// SPDX-License-Identifier: MIT
//
// See printable.h.
#include "tool/printable.h"

#include <fmt/format.h>

namespace signet::tool {

std::string Printable(std::string_view text) {
  std::string printable;
  for (size_t i = 0; i < text.size(); ++i) {
    const auto byte = static_cast<unsigned char>(text[i]);
    const auto next = i + 1 < text.size() ? static_cast<unsigned char>(text[i + 1]) : 0U;
    // In UTF-8 there are more control characters: C1, 0xc2 0x80 to 0xc2 0x9f.
    const bool control =
        byte < 0x20 || byte == 0x7f || (byte == 0xc2 && next >= 0x80 && next < 0xa0);
    if (control) {
      printable += fmt::format("\\x{:02x}", byte);
    } else {
      printable += text[i];
    }
  }
  return printable;
}

}  // namespace signet::tool
