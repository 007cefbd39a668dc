// SPDX-License-Identifier: MIT
//
// Splits lists in text.
//
// Input: a string. Output: its parts, which lie in it. Pure.
#pragma once

#include <string_view>

#pragma GCC visibility push(hidden)

namespace signet {

// The elements of a list, in order. Each of `separators` ends an element. An empty list has no
// element; any other list has one element more than separators, and some may be empty.
class ListElements {
 public:
  constexpr ListElements(std::string_view list, std::string_view separators)
      : rest_(list), separators_(separators), has_more_(!list.empty()) {}

  // False at the end.
  [[nodiscard]] bool Next(std::string_view& element);

 private:
  std::string_view rest_;
  std::string_view separators_;
  bool has_more_;
};

}  // namespace signet

#pragma GCC visibility pop
