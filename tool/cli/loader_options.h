// SPDX-License-Identifier: MIT
//
// The options of the loader that the tool accepts and hands on as they are. The loader checks their
// values; what they do is described in ld-signet.so(8).
#pragma once

#include <CLI/App.hpp>
#include <array>
#include <string>
#include <vector>

namespace signet::tool {

// Must stay where it is as long as the parser it was added to is used.
class LoaderOptions {
 public:
  LoaderOptions() = default;
  LoaderOptions(const LoaderOptions&) = delete;
  LoaderOptions& operator=(const LoaderOptions&) = delete;

  // Adds the options to `command`; --list, which runs nothing, only where `with_list` says so.
  void AddTo(CLI::App& command, bool with_list);

  // What was given, as arguments for the loader: "--seal", "+data", "--stats", …
  std::vector<std::string> Arguments() const;

 private:
  static constexpr size_t kCount = 14;
  std::array<std::vector<std::string>, kCount> values_;  // of each occurrence of an option
  std::array<bool, kCount> flags_{};                     // an option without a value was given
};

}  // namespace signet::tool
