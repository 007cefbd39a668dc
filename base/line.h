// SPDX-License-Identifier: MIT
//
// One line of output: composed in place, and written whole when it goes out of scope. A line that
// does not fit the buffer is written in pieces.
//
// Input: strings and numbers. Output: text to a descriptor, with a newline at the end, or to the
// caller's memory, without one. Safe in any context.
#pragma once

#include <string_view>

#include "base/text.h"

#pragma GCC visibility push(hidden)

namespace signet {

// The kernel's words for an errno value, as strerror has them, or "Error N".
struct ErrnoText {
  int error;
};

class Line {
 public:
  [[gnu::cold]] explicit Line(int fd = 2) : fd_(fd) {}
  [[gnu::cold]] explicit Line(TextWriter& target) : target_(&target) {}
  Line(const Line&) = delete;
  Line& operator=(const Line&) = delete;
  ~Line();

  Line& operator<<(std::string_view text);
  Line& operator<<(Dec number) { return *this << NumberText(number).view(); }
  Line& operator<<(Hex number) { return *this << NumberText(number).view(); }
  Line& operator<<(ErrnoText text);

 private:
  void Flush();

  int fd_ = -1;
  TextWriter* target_ = nullptr;  // in place of the descriptor
  unsigned size_ = 0;
  char buffer_[1024];
};

}  // namespace signet

#pragma GCC visibility pop
