// SPDX-License-Identifier: MIT
#include "base/text.h"

#include <cstring>

namespace signet {

NumberText::NumberText(Dec number) {
  do {
    text_[--start_] = static_cast<char>('0' + number.value % 10);
    number.value /= 10;
  } while (number.value != 0);
}

NumberText::NumberText(Hex number) {
  while (number.value != 0 || number.digits > 0) {
    text_[--start_] = "0123456789abcdef"[number.value % 16];
    number.value /= 16;
    --number.digits;
  }
  text_[--start_] = 'x';
  text_[--start_] = '0';
}

TextWriter& TextWriter::operator<<(std::string_view text) {
  if (size_ < room_.size()) {
    const size_t left = room_.size() - size_;
    std::memcpy(&room_[size_], text.data(), text.size() < left ? text.size() : left);
  }
  size_ += text.size();
  return *this;
}

}  // namespace signet
