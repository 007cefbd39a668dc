// SPDX-License-Identifier: MIT
//
// See printable.h.
#include "tool/printable.h"

#include <cstdio>

#include "base/printable.h"

namespace signet::tool {

std::string Printable(std::string_view text) {
  std::string printable;
  while (!text.empty()) {
    const size_t length = PrintableLength(text);
    if (length != 0) {
      printable += text.substr(0, length);
    } else {
      const auto escaped = EscapedByte(text.front());
      printable.append(escaped.data(), escaped.size());
    }
    text.remove_prefix(length != 0 ? length : 1);
  }
  return printable;
}

void PrintError(const Error& error) {
  if (error.message.empty()) return;
  std::string text = "signet: " + Printable(error.message) + "\n";
  if (!error.hint.empty()) text += error.hint + "\n";
  std::fputs(text.c_str(), stderr);
}

}  // namespace signet::tool
