// SPDX-License-Identifier: MIT
//
// See ledger_view.h. Positions are compared by subtraction, never by addition: the sum of two
// hostile numbers could wrap.
#include "tool/process/ledger_view.h"

#include <fmt/format.h>

#include <cstring>
#include <optional>

#include "base/page.h"
#include "elf/types.h"

namespace signet::tool {
namespace {

constexpr std::string_view kMagic(SIGNET_LEDGER_MAGIC, sizeof(signet_ledger::magic));

template <typename... Arguments>
Error Bad(fmt::format_string<Arguments...> format, Arguments&&... arguments) {
  return {"ledger: " + fmt::format(format, std::forward<Arguments>(arguments)...)};
}

template <typename Struct>
Struct Load(std::span<const std::byte> bytes) {
  Struct value;
  std::memcpy(&value, bytes.data(), sizeof(value));
  return value;
}

// Records in the block, `stride` bytes apart.
struct RecordTable {
  std::span<const std::byte> bytes;
  uint32_t stride = 0;

  template <typename Record>
  Record At(uint32_t index) const {
    return Load<Record>(bytes.subspan(size_t{index} * stride, sizeof(Record)));
  }
};

Result<RecordTable> FindTable(std::span<const std::byte> block, const char* name, uint64_t offset,
                              uint32_t count, uint32_t limit, uint32_t stride, size_t record_size) {
  if (count > limit) return Bad("the {} table has {} records, the limit is {}", name, count, limit);
  if (stride < record_size) {
    return Bad("{}_size is {}, expected at least {}", name, stride, record_size);
  }
  const uint64_t size = uint64_t{count} * stride;  // at most 2^18 * 2^32
  if (offset > block.size() || size > block.size() - offset) {
    return Bad("the {} table at 0x{:x} does not fit into 0x{:x} bytes", name, offset, block.size());
  }
  return RecordTable{block.subspan(offset, size), stride};
}

Result<std::string_view> FindStrings(std::span<const std::byte> block, uint64_t offset,
                                     uint64_t size) {
  if (offset > block.size() || size > block.size() - offset) {
    return Bad("the string table at 0x{:x} does not fit into 0x{:x} bytes", offset, block.size());
  }
  const std::span<const std::byte> bytes = block.subspan(offset, size);
  const std::string_view strings(reinterpret_cast<const char*>(bytes.data()), bytes.size());
  // A NUL at the end of the table terminates the last string.
  if (strings.empty() || strings.front() != '\0' || strings.back() != '\0') {
    return Bad("the string table does not begin and end with a NUL");
  }
  return strings;
}

std::optional<std::string_view> FindString(std::string_view strings, uint32_t offset) {
  if (offset >= strings.size()) return std::nullopt;
  const std::string_view rest = strings.substr(offset, kMaxLedgerString + 1);
  const size_t length = rest.find('\0');
  if (length == std::string_view::npos) return std::nullopt;
  return rest.substr(0, length);
}

Result<LedgerModuleView> DecodeModule(const signet_ledger_module& raw, uint32_t index,
                                      std::string_view strings) {
  if (raw.start > raw.end) {
    return Bad("module {} ends at 0x{:x}, before its start 0x{:x}", index, raw.end, raw.start);
  }
  if (raw.origin >= SIGNET_ORIGIN_COUNT) return Bad("module {} has origin {}", index, raw.origin);
  const auto path = FindString(strings, raw.path);
  if (!path) return Bad("module {} has its path at 0x{:x}", index, raw.path);
  const auto name = FindString(strings, raw.name);
  if (!name) return Bad("module {} has its name at 0x{:x}", index, raw.name);
  return LedgerModuleView{.start = raw.start,
                          .end = raw.end,
                          .load_bias = raw.load_bias,
                          .path = *path,
                          .name = *name,
                          .origin = static_cast<signet_origin>(raw.origin)};
}

Result<LedgerEntryView> DecodeEntry(const signet_ledger_entry& raw, uint32_t index,
                                    uint64_t previous_end, uint32_t module_count) {
  if (raw.start % kPageSize != 0 || raw.end % kPageSize != 0) {
    return Bad("entry {} (0x{:x} to 0x{:x}) is not page-aligned", index, raw.start, raw.end);
  }
  if (raw.start >= raw.end) {
    return Bad("entry {} (0x{:x} to 0x{:x}) is empty", index, raw.start, raw.end);
  }
  if (raw.start < previous_end) return Bad("entry {} (0x{:x}) is out of order", index, raw.start);
  if (raw.module >= module_count) {
    return Bad("entry {} names module {} of {}", index, raw.module, module_count);
  }
  if (raw.kind >= SIGNET_KIND_COUNT) return Bad("entry {} has kind {}", index, raw.kind);
  if (raw.backend >= SIGNET_BACKEND_COUNT)
    return Bad("entry {} has backend {}", index, raw.backend);
  if (raw.reason >= SIGNET_REASON_COUNT) return Bad("entry {} has reason {}", index, raw.reason);
  return LedgerEntryView{.start = raw.start,
                         .end = raw.end,
                         .module = raw.module,
                         .kind = static_cast<signet_kind>(raw.kind),
                         .backend = static_cast<signet_backend>(raw.backend),
                         .reason = static_cast<signet_reason>(raw.reason),
                         .error = raw.error,
                         .remarks = raw.remarks,
                         .protection = raw.protection};
}

}  // namespace

Result<uint64_t> LedgerSize(std::span<const std::byte> header) {
  if (header.size() < sizeof(signet_ledger)) {
    return Bad("{} bytes, a header has {}", header.size(), sizeof(signet_ledger));
  }
  const auto raw = Load<signet_ledger>(header);
  if (std::string_view(raw.magic, sizeof(raw.magic)) != kMagic) return Bad("bad magic");
  if (raw.version != SIGNET_LEDGER_VERSION) {
    return Bad("version {}, known is {}", raw.version, SIGNET_LEDGER_VERSION);
  }
  if (raw.header_size < sizeof(signet_ledger)) {
    return Bad("header_size is {}, expected at least {}", raw.header_size, sizeof(signet_ledger));
  }
  if (raw.size < raw.header_size || raw.size > kMaxLedgerSize) {
    return Bad("size is 0x{:x}, with a header of 0x{:x} and a limit of 0x{:x}", raw.size,
               raw.header_size, kMaxLedgerSize);
  }
  return raw.size;
}

Result<LedgerView> DecodeLedger(std::span<const std::byte> block) {
  const Result<uint64_t> size = LedgerSize(block);
  if (!size.ok()) return size.error();
  if (*size > block.size()) return Bad("{} bytes of {}", block.size(), *size);
  block = block.first(*size);
  const auto header = Load<signet_ledger>(block);
  if (header.backend >= SIGNET_BACKEND_COUNT) return Bad("backend is {}", header.backend);
  if ((header.selected_kinds & ~(SIGNET_MARKED_ONLY | SIGNET_FILTERED)) >> SIGNET_KIND_COUNT != 0) {
    return Bad("selected_kinds is 0x{:x}", header.selected_kinds);
  }

  const Result<std::string_view> strings = FindStrings(block, header.strings, header.strings_size);
  if (!strings.ok()) return strings.error();
  const Result<RecordTable> modules =
      FindTable(block, "module", header.modules, header.module_count, kMaxLedgerModules,
                header.module_size, sizeof(signet_ledger_module));
  if (!modules.ok()) return modules.error();
  const Result<RecordTable> entries =
      FindTable(block, "entry", header.entries, header.entry_count, kMaxLedgerEntries,
                header.entry_size, sizeof(signet_ledger_entry));
  if (!entries.ok()) return entries.error();

  LedgerView ledger;
  ledger.version = header.version;
  ledger.backend = static_cast<signet_backend>(header.backend);
  ledger.selected_kinds = header.selected_kinds;
  ledger.modules.reserve(header.module_count);
  for (uint32_t i = 0; i < header.module_count; ++i) {
    const auto module = DecodeModule(modules->At<signet_ledger_module>(i), i, *strings);
    if (!module.ok()) return module.error();
    ledger.modules.push_back(*module);
  }
  ledger.entries.reserve(header.entry_count);
  uint64_t previous_end = 0;
  for (uint32_t i = 0; i < header.entry_count; ++i) {
    const auto entry =
        DecodeEntry(entries->At<signet_ledger_entry>(i), i, previous_end, header.module_count);
    if (!entry.ok()) return entry.error();
    previous_end = entry->end;
    ledger.entries.push_back(*entry);
  }
  return ledger;
}

}  // namespace signet::tool
