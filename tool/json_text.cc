// SPDX-License-Identifier: MIT
//
// See json_text.h.
#include "tool/json_text.h"

#include <string_view>

#include "base/printable.h"

namespace signet::tool {

Json KernelJson(const KernelInfo& kernel, bool mseal_denied) {
  Json json = {{"release", kernel.release}, {"mseal", kernel.has_mseal}};
  if (mseal_denied) json["mseal_denied"] = true;
  return json;
}

void PrintJsonValue(std::ostream& out, const Json& value) {
  const std::string text = value.dump(2, ' ', false, Json::error_handler_t::replace);
  std::string_view rest = text;
  // The library escapes the controls below U+0020, and writes UTF-8. What is left are newlines
  // between values, and in strings DEL and U+0080 to U+009F, which have the length 2.
  while (!rest.empty()) {
    size_t length = PrintableLength(rest);
    if (length != 0 || rest.front() == '\n') {
      length = length != 0 ? length : 1;
      out << rest.substr(0, length);
    } else {
      length = rest.front() == '\x7f' ? 1 : 2;
      out << fmt::format("\\u00{:02x}", static_cast<unsigned char>(rest[length - 1]));
    }
    rest.remove_prefix(length);
  }
}

}  // namespace signet::tool
