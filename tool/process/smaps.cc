// SPDX-License-Identifier: MIT
//
// See smaps.h. The format is described in proc_pid_maps(5) and proc_pid_smaps(5).
#include "tool/process/smaps.h"

#include <fmt/format.h>

#include <algorithm>
#include <charconv>
#include <optional>
#include <utility>

namespace signet::tool {
namespace {

// Removes one field from the front of `line`, and the blanks after it.
std::string_view TakeField(std::string_view& line) {
  const size_t length = std::min(line.find(' '), line.size());
  const std::string_view field = line.substr(0, length);
  line.remove_prefix(std::min(line.find_first_not_of(' ', length), line.size()));
  return field;
}

std::optional<uint64_t> ParseNumber(std::string_view text, int base) {
  uint64_t value = 0;
  const char* end = text.data() + text.size();
  const auto [rest, failure] = std::from_chars(text.data(), end, value, base);
  if (text.empty() || failure != std::errc() || rest != end) return std::nullopt;
  return value;
}

// "7f753bf69000-7f753bf6a000 r--p 00000000 fe:00 247134    /usr/bin/cat"
std::optional<SmapsMapping> ParseHead(std::string_view line) {
  const std::string_view range = TakeField(line);
  const size_t dash = range.find('-');
  if (dash == std::string_view::npos) return std::nullopt;
  const auto start = ParseNumber(range.substr(0, dash), 16);
  const auto end = ParseNumber(range.substr(dash + 1), 16);
  const std::string_view permissions = TakeField(line);
  const auto offset = ParseNumber(TakeField(line), 16);
  const std::string_view device = TakeField(line);
  const auto inode = ParseNumber(TakeField(line), 10);
  if (!start || !end || *start >= *end || permissions.size() != 4 || !offset || device.empty() ||
      !inode) {
    return std::nullopt;
  }
  SmapsMapping mapping;
  mapping.start = *start;
  mapping.end = *end;
  mapping.permissions = permissions;
  mapping.offset = *offset;
  mapping.device = device;
  mapping.inode = *inode;
  mapping.path = line;
  return mapping;
}

bool HasFlag(std::string_view flags, std::string_view wanted) {
  while (!flags.empty()) {
    if (TakeField(flags) == wanted) return true;
  }
  return false;
}

// True for a statistic, "Name:   value", false for the head of a mapping. A path may contain
// colons, but the first field of a head is a range and contains none.
bool IsStatistic(std::string_view line) {
  return !line.empty() && line.substr(0, line.find(' ')).ends_with(':');
}

// Removes a line from the front of `text`.
std::string_view TakeLine(std::string_view& text) {
  const size_t length = text.find('\n');
  const std::string_view line = text.substr(0, length);
  text.remove_prefix(std::min(length, text.size() - 1) + 1);
  return line;
}

// Appends the mapping of a head line, which is line `number` of the file. The kernel prints
// mappings in pieces. Between two of them a running process may grow a mapping downwards, or have
// it merged with another. Such a mapping is printed again, and begins with addresses that were
// printed before.
std::optional<Error> AppendMapping(std::string_view line, const char* file, size_t number,
                                   std::vector<SmapsMapping>& mappings) {
  std::optional<SmapsMapping> mapping = ParseHead(line);
  if (!mapping) return Error{fmt::format("{}: line {} is not a mapping", file, number)};
  if (!mappings.empty()) mapping->start = std::max(mapping->start, mappings.back().end);
  if (mapping->start >= mapping->end)
    return Error{fmt::format("{}: line {} is out of order", file, number)};
  mappings.push_back(std::move(*mapping));
  return std::nullopt;
}

}  // namespace

void SmapsParser::Add(std::string_view text) {
  if (!rest_.empty()) {
    const size_t length = std::min(text.find('\n'), text.size() - 1) + 1;
    rest_.append(text.substr(0, length));
    text.remove_prefix(length);
    if (!rest_.ends_with('\n')) return;
    AddLine(std::string_view(rest_).substr(0, rest_.size() - 1));
    rest_.clear();
  }
  while (!is_done_ && text.find('\n') != std::string_view::npos) AddLine(TakeLine(text));
  if (!is_done_) rest_ = text;
}

void SmapsParser::AddLine(std::string_view line) {
  constexpr std::string_view kFlags = "VmFlags:";
  if (is_done_) return;
  ++number_;
  if (!IsStatistic(line)) {
    if (has_flags_) error_ = AppendMapping(line, "smaps", number_, mappings_);
    is_done_ = !has_flags_ || error_;
    has_flags_ = false;
  } else if (mappings_.empty()) {
    error_ = Error{fmt::format("smaps: line {} belongs to no mapping", number_)};
    is_done_ = true;
  } else if (line.starts_with(kFlags)) {
    mappings_.back().sealed = HasFlag(line.substr(kFlags.size()), "sl");
    has_flags_ = true;
  }
}

Result<std::vector<SmapsMapping>> SmapsParser::Finish() {
  if (!rest_.empty()) AddLine(rest_);
  if (error_) return *error_;
  if (!has_flags_) {
    return Error{fmt::format("smaps: mapping 0x{:x} has no VmFlags", mappings_.back().start)};
  }
  return std::move(mappings_);
}

Result<std::vector<SmapsMapping>> ParseSmaps(std::string_view text) {
  SmapsParser parser;
  parser.Add(text);
  return parser.Finish();
}

Result<std::vector<SmapsMapping>> ParseMaps(std::string_view text) {
  std::vector<SmapsMapping> mappings;
  for (size_t number = 1; !text.empty(); ++number) {
    if (auto error = AppendMapping(TakeLine(text), "maps", number, mappings)) return *error;
  }
  return mappings;
}

const SmapsMapping* FindMapping(const std::vector<SmapsMapping>& mappings, uint64_t address) {
  const auto after = std::upper_bound(
      mappings.begin(), mappings.end(), address,
      [](uint64_t wanted, const SmapsMapping& mapping) { return wanted < mapping.start; });
  if (after == mappings.begin()) return nullptr;
  const SmapsMapping& candidate = *std::prev(after);
  return address < candidate.end ? &candidate : nullptr;
}

}  // namespace signet::tool
