// SPDX-License-Identifier: MIT
//
// See binfmt_misc.h, and Documentation/admin-guide/binfmt-misc.rst of Linux.
#include "tool/process/binfmt_misc.h"

#include <algorithm>
#include <charconv>
#include <cstdint>
#include <filesystem>
#include <fstream>
#include <sstream>
#include <system_error>
#include <utility>

namespace signet::tool {
namespace {

constexpr const char* kDirectory = "/proc/sys/fs/binfmt_misc";

std::string ReadText(const std::filesystem::path& path) {
  std::ostringstream text;
  text << std::ifstream(path).rdbuf();
  return text.str();
}

// The whole text as a number; it fits `T`.
template <typename T>
std::optional<T> ParseNumber(std::string_view text, int base) {
  T number = 0;
  const char* end = text.data() + text.size();
  const auto [rest, failure] = std::from_chars(text.data(), end, number, base);
  return failure == std::errc() && rest == end ? std::optional(number) : std::nullopt;
}

// "7f454c46" -> the bytes
std::optional<std::string> ParseHex(std::string_view digits) {
  std::string bytes;
  for (; digits.size() >= 2; digits.remove_prefix(2)) {
    const auto byte = ParseNumber<uint8_t>(digits.substr(0, 2), 16);
    if (!byte) return std::nullopt;
    bytes += static_cast<char>(*byte);
  }
  return digits.empty() ? std::optional(bytes) : std::nullopt;
}

// One line of the description: "enabled", or a word and its value. False if it makes no sense.
bool ReadLine(std::string_view line, BinfmtHandler& handler) {
  const size_t space = std::min(line.find(' '), line.size());
  const std::string_view word = line.substr(0, space);
  const std::string_view value = line.substr(std::min(space + 1, line.size()));
  if (word == "enabled") handler.enabled = true;
  if (word == "interpreter") handler.interpreter = value;
  if (word == "extension") handler.extension = value.substr(value.starts_with('.') ? 1 : 0);
  if (word == "magic" || word == "mask") {
    auto bytes = ParseHex(value);
    if (!bytes) return false;
    (word == "magic" ? handler.magic : handler.mask) = std::move(*bytes);
  }
  if (word == "offset") {
    const auto offset = ParseNumber<size_t>(value, 10);
    if (!offset || *offset > kFileHeadSize) return false;
    handler.offset = *offset;
  }
  return true;
}

}  // namespace

std::optional<BinfmtHandler> ParseBinfmtHandler(std::string name, std::string_view text) {
  BinfmtHandler handler{.name = std::move(name), .interpreter = {}};
  while (!text.empty()) {
    const size_t end = std::min(text.find('\n'), text.size());
    if (!ReadLine(text.substr(0, end), handler)) return std::nullopt;
    text.remove_prefix(std::min(end + 1, text.size()));
  }
  const bool is_sound = !handler.interpreter.empty() &&
                        (handler.extension || !handler.magic.empty()) &&
                        handler.magic.size() <= kFileHeadSize - handler.offset &&
                        (handler.mask.empty() || handler.mask.size() == handler.magic.size());
  return is_sound ? std::optional(std::move(handler)) : std::nullopt;
}

bool Handles(const BinfmtHandler& handler, std::string_view path, const FileHead& head) {
  if (!handler.enabled) return false;
  if (handler.extension) {
    const size_t dot = path.rfind('.');
    return dot != std::string_view::npos && path.substr(dot + 1) == *handler.extension;
  }
  for (size_t i = 0; i < handler.magic.size(); ++i) {
    const int difference = head[handler.offset + i] ^ handler.magic[i];
    if ((difference & (handler.mask.empty() ? 0xff : handler.mask[i])) != 0) return false;
  }
  return true;
}

std::optional<BinfmtHandler> FindBinfmtHandler(std::string_view path, const FileHead& head) {
  const std::filesystem::path directory = kDirectory;
  if (!ReadText(directory / "status").starts_with("enabled")) return std::nullopt;
  std::error_code error;
  for (const auto& entry : std::filesystem::directory_iterator(directory, error)) {
    auto handler = ParseBinfmtHandler(entry.path().filename(), ReadText(entry.path()));
    if (handler && Handles(*handler, path, head)) return handler;
  }
  return std::nullopt;
}

}  // namespace signet::tool
