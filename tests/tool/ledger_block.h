// SPDX-License-Identifier: MIT
//
// Writes the bytes of a ledger from modules and entries. A test may then spoil them.
#pragma once

#include <signet/ledger.h>

#include <cstddef>
#include <cstdint>
#include <cstring>
#include <span>
#include <string>
#include <string_view>
#include <vector>

namespace signet::test {

class LedgerBlock {
 public:
  uint32_t AddModule(uint64_t start, uint64_t end, std::string_view path, std::string_view name,
                     signet_origin origin = SIGNET_ORIGIN_LIBRARY) {
    modules.push_back({.start = start,
                       .end = end,
                       .load_bias = start,
                       .path = AddString(path),
                       .name = AddString(name),
                       .origin = static_cast<uint32_t>(origin),
                       .reserved = 0});
    return static_cast<uint32_t>(modules.size() - 1);
  }

  void AddEntry(uint64_t start, uint64_t end, uint32_t module, signet_kind kind,
                signet_backend backend = SIGNET_BACKEND_KERNEL,
                signet_reason reason = SIGNET_REASON_SEALED, uint16_t error = 0) {
    entries.push_back({.start = start,
                       .end = end,
                       .module = module,
                       .kind = static_cast<uint16_t>(kind),
                       .backend = static_cast<uint16_t>(backend),
                       .reason = static_cast<uint16_t>(reason),
                       .error = error,
                       .remarks = 0,
                       .protection = 0,
                       .reserved = 0});
  }

  // A header that describes the tables as Bytes() lays them out.
  signet_ledger Header() const {
    signet_ledger header = {};
    std::memcpy(header.magic, SIGNET_LEDGER_MAGIC, sizeof(header.magic));
    header.version = SIGNET_LEDGER_VERSION;
    header.header_size = sizeof(header);
    header.modules = sizeof(header);
    header.module_count = static_cast<uint32_t>(modules.size());
    header.module_size = sizeof(signet_ledger_module);
    header.entries = header.modules + modules.size() * sizeof(signet_ledger_module);
    header.entry_count = static_cast<uint32_t>(entries.size());
    header.entry_size = sizeof(signet_ledger_entry);
    header.strings = header.entries + entries.size() * sizeof(signet_ledger_entry);
    header.strings_size = strings.size();
    header.size = header.strings + header.strings_size;
    header.backend = SIGNET_BACKEND_KERNEL;
    header.selected_kinds = 0x1f;
    return header;
  }

  std::vector<std::byte> Bytes(const signet_ledger& header) const {
    std::vector<std::byte> bytes;
    Append(bytes, std::as_bytes(std::span(&header, 1)));
    Append(bytes, std::as_bytes(std::span(modules)));
    Append(bytes, std::as_bytes(std::span(entries)));
    Append(bytes, std::as_bytes(std::span(strings)));
    return bytes;
  }
  std::vector<std::byte> Bytes() const { return Bytes(Header()); }

  std::vector<signet_ledger_module> modules;
  std::vector<signet_ledger_entry> entries;
  std::string strings = std::string(1, '\0');

 private:
  uint32_t AddString(std::string_view text) {
    if (text.empty()) return 0;
    const auto offset = static_cast<uint32_t>(strings.size());
    strings.append(text).push_back('\0');
    return offset;
  }

  static void Append(std::vector<std::byte>& bytes, std::span<const std::byte> more) {
    bytes.insert(bytes.end(), more.begin(), more.end());
  }
};

}  // namespace signet::test
