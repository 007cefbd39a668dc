// SPDX-License-Identifier: MIT
//
// The first line of a script, "#!INTERPRETER [ARGUMENT]", as the kernel reads it.
//
// Input: the beginning of a file. Output: the interpreter and its argument. Pure: opens no file.
#pragma once

#include <array>
#include <cstddef>
#include <optional>
#include <string>

namespace signet::tool {

// How much of a file the kernel looks at to see what it is (BINPRM_BUF_SIZE, since Linux 5.1).
inline constexpr size_t kFileHeadSize = 256;

// The beginning of a file, with zeroes behind a file that is shorter.
using FileHead = std::array<char, kFileHeadSize>;

struct ScriptLine {
  std::string interpreter;
  std::optional<std::string> argument;  // one, blanks included; it may be empty
};

// True if the file begins with "#!".
bool IsScript(const FileHead& head);

// std::nullopt if no interpreter is named, or if its name may be cut off by the end of the head:
// execve answers ENOEXEC then. An argument that is cut off counts as it is. Thread-safe.
std::optional<ScriptLine> ParseScriptLine(const FileHead& head);

}  // namespace signet::tool
