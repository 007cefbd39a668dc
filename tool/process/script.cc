// SPDX-License-Identifier: MIT
//
// See script.h, and fs/binfmt_script.c of Linux.
#include "tool/process/script.h"

#include <string_view>

namespace signet::tool {
namespace {

constexpr std::string_view kMark = "#!";
constexpr std::string_view kBlanks = " \t";
constexpr std::string_view kTerminators(" \t\0", 3);
constexpr std::string_view kLineEnds("\n\0", 2);

// Up to the end of the line, and without the blanks there. Without a newline the line ends with the
// head, the last byte of which never counts; then the interpreter's name must end before that.
std::optional<std::string_view> FirstLine(std::string_view head) {
  size_t end = head.find_first_of(kLineEnds);
  if (end == std::string_view::npos || head[end] == '\0') {
    const size_t name = head.find_first_not_of(kBlanks, kMark.size());
    if (name == std::string_view::npos ||
        head.find_first_of(kTerminators, name) == std::string_view::npos)
      return std::nullopt;
    end = head.size() - 1;
  }
  return head.substr(0, head.find_last_not_of(kBlanks, end - 1) + 1);
}

}  // namespace

bool IsScript(const FileHead& head) {
  return std::string_view(head.data(), head.size()).starts_with(kMark);
}

std::optional<ScriptLine> ParseScriptLine(const FileHead& head) {
  const auto line = FirstLine({head.data(), head.size()});
  if (!line) return std::nullopt;
  const size_t name = line->find_first_not_of(kBlanks, kMark.size());
  if (name == std::string_view::npos) return std::nullopt;
  const size_t name_end = line->find_first_of(kTerminators, name);
  ScriptLine script{.interpreter = std::string(line->substr(name, name_end - name)),
                    .argument = std::nullopt};
  if (name_end == std::string_view::npos || (*line)[name_end] == '\0') return script;
  const size_t argument = line->find_first_not_of(kBlanks, name_end);
  const size_t argument_end = line->find('\0', argument);
  script.argument = std::string(line->substr(argument, argument_end - argument));
  return script;
}

}  // namespace signet::tool
