// SPDX-License-Identifier: MIT
//
// The kernel's table of programs that run files of other formats (binfmt_misc).
//
// Input: a file's name and its beginning. Output: the handler that the kernel would start for it.
// Starts nothing.
#pragma once

#include <optional>
#include <string>
#include <string_view>

#include "tool/process/script.h"

namespace signet::tool {

// One handler, as a file in /proc/sys/fs/binfmt_misc describes it.
struct BinfmtHandler {
  std::string name;
  std::string interpreter;
  bool enabled = false;
  std::optional<std::string> extension = {};  // without the dot
  size_t offset = 0;                          // in the file's head
  std::string magic = {};                     // bytes; empty if it goes by the extension
  std::string mask = {};                      // as long as `magic`, or empty
};

// Reads the text of such a file. std::nullopt if it makes no sense. Pure.
std::optional<BinfmtHandler> ParseBinfmtHandler(std::string name, std::string_view text);

// Whether the kernel would start the handler for the file that begins so. Pure.
bool Handles(const BinfmtHandler& handler, std::string_view path, const FileHead& head);

// The handler for the file; std::nullopt if there is none, or no binfmt_misc. Thread-safe.
std::optional<BinfmtHandler> FindBinfmtHandler(std::string_view path, const FileHead& head);

}  // namespace signet::tool
