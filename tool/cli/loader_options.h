// SPDX-License-Identifier: MIT
//
// The loader's options that the tool accepts and passes on, from the table in protocol/options.h.
//
// Input: a parser's command line. Output: arguments for the loader. Does not look at the values;
// the loader checks them. Not thread-safe.
#pragma once

#include <CLI/App.hpp>
#include <deque>
#include <string>
#include <vector>

#include "protocol/options.h"

namespace signet::tool {

// Must stay where it is as long as the parser that it was added to is used.
class LoaderOptions {
 public:
  LoaderOptions() = default;
  LoaderOptions(const LoaderOptions&) = delete;
  LoaderOptions& operator=(const LoaderOptions&) = delete;

  // Adds the options to `command`. --list, which runs nothing, only if `with_list`.
  void AddTo(CLI::App& command, bool with_list);

  // What was given, as arguments for the loader: "--seal", "+data", "--stats", …
  std::vector<std::string> Arguments() const;

 private:
  struct Accepted {
    std::string name;
    std::vector<std::string> values = {};  // one for each time that it was given
    bool is_set = false;                   // given, of an option without a value
  };

  void Add(CLI::App& command, const OptionRow& row);

  std::deque<Accepted> accepted_;  // in the order of the help; the parser keeps references
};

}  // namespace signet::tool
