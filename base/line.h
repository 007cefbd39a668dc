// SPDX-License-Identifier: MIT
//
// One line of output: composed in place, and written whole when it goes out of scope. A line that
// does not fit the buffer is written in pieces.
//
// Input: strings and numbers. Output: text to a descriptor, with a newline at the end, or to the
// caller's memory, without one. What goes to a descriptor may reach a terminal. So strings are
// escaped there (base/printable.h), unless the caller says that the text is for a program. Safe in
// any context.
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
  enum class Reader : uint8_t { kPeople, kProgram };

  [[gnu::cold]] explicit Line(int fd = 2, Reader reader = Reader::kPeople)
      : fd_(fd), reader_(reader) {}
  [[gnu::cold]] explicit Line(TextWriter& target) : target_(&target), reader_(Reader::kProgram) {}
  Line(const Line&) = delete;
  Line& operator=(const Line&) = delete;
  ~Line();

  // One whole name or part of a sentence.
  Line& operator<<(std::string_view text);
  // A character of the loader's own, as it is.
  Line& operator<<(char character) { return Put({&character, 1}); }
  Line& operator<<(Dec number) { return *this << NumberText(number).view(); }
  Line& operator<<(Hex number) { return *this << NumberText(number).view(); }
  Line& operator<<(ErrnoText text);

 private:
  Line& Put(std::string_view text);
  void Flush();

  int fd_ = -1;
  TextWriter* target_ = nullptr;  // in place of the descriptor
  Reader reader_;
  unsigned size_ = 0;
  char buffer_[1024];
};

}  // namespace signet

#pragma GCC visibility pop
