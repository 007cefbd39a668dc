// SPDX-License-Identifier: MIT
//
// Text that is composed in memory of fixed size.
//
// Input: strings and numbers. Output: characters in memory that the caller owns. No system calls,
// no allocation: safe in any context.
#pragma once

#include <cstddef>
#include <cstdint>
#include <span>
#include <string_view>

#pragma GCC visibility push(hidden)

namespace signet {

// What lies behind the first `count` characters, which there are. (substr may throw, and that needs
// the C++ library.)
constexpr std::string_view From(std::string_view text, size_t count) {
  text.remove_prefix(count);
  return text;
}

// A number as text: "1234".
struct Dec {
  uint64_t value;
};
// "0x4d2", with at least so many digits behind the prefix.
struct Hex {
  uint64_t value;
  int digits = 1;
};

// The characters of a number.
class NumberText {
 public:
  explicit NumberText(Dec number);
  explicit NumberText(Hex number);
  std::string_view view() const { return {text_ + start_, sizeof text_ - start_}; }

 private:
  char text_[20];  // UINT64_MAX in decimal
  size_t start_ = sizeof text_;
};

// Writes into `room`, which the caller owns. A text that does not fit is cut off, and fits() is
// false then. With no room at all it measures: size() counts every character.
class TextWriter {
 public:
  constexpr explicit TextWriter(std::span<char> room) : room_(room) {}

  TextWriter& operator<<(std::string_view text);
  TextWriter& operator<<(Dec number) { return *this << NumberText(number).view(); }
  TextWriter& operator<<(Hex number) { return *this << NumberText(number).view(); }

  bool fits() const { return size_ <= room_.size(); }
  size_t size() const { return size_; }
  // What is in the room.
  std::string_view view() const { return {room_.data(), fits() ? size_ : room_.size()}; }
  void Truncate(size_t size) { size_ = size; }

 private:
  std::span<char> room_;
  size_t size_ = 0;
};

}  // namespace signet

#pragma GCC visibility pop
