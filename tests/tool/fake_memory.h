// SPDX-License-Identifier: MIT
//
// The memory of an invented process: blocks of bytes at chosen addresses.
#pragma once

#include <cstddef>
#include <cstdint>
#include <cstring>
#include <map>
#include <span>
#include <string_view>
#include <vector>

#include "tool/process/process_reader.h"
#include "tool/process/smaps.h"

namespace signet::test {

class FakeMemory {
 public:
  // Maps `size` zero bytes at `address`. Blocks must not touch each other.
  void Map(uint64_t address, size_t size) { blocks_[address].resize(size); }

  void Write(uint64_t address, std::span<const std::byte> bytes) {
    std::memcpy(Find(address, bytes.size()), bytes.data(), bytes.size());
  }
  template <typename Struct>
  void Put(uint64_t address, const Struct& value) {
    Write(address, std::as_bytes(std::span(&value, 1)));
  }
  void PutString(uint64_t address, std::string_view text) {
    Write(address, std::as_bytes(std::span(text)));
  }

  tool::ReadMemory reader() {
    return [this](uint64_t address, std::span<std::byte> into) {
      const std::byte* bytes = Find(address, into.size());
      if (bytes == nullptr) return false;
      std::memcpy(into.data(), bytes, into.size());
      return true;
    };
  }

 private:
  // The bytes at `address`, or nullptr if not all `size` of them are mapped.
  std::byte* Find(uint64_t address, size_t size) {
    auto after = blocks_.upper_bound(address);
    if (after == blocks_.begin()) return nullptr;
    auto& [start, bytes] = *std::prev(after);
    if (address - start > bytes.size() || size > bytes.size() - (address - start)) return nullptr;
    return bytes.data() + (address - start);
  }

  std::map<uint64_t, std::vector<std::byte>> blocks_;
};

// A mapping of the file `path`, or of no file if `path` is empty.
inline tool::SmapsMapping MakeMapping(uint64_t start, uint64_t end, std::string_view permissions,
                                      std::string_view path = "", uint64_t offset = 0,
                                      bool sealed = false) {
  tool::SmapsMapping mapping;
  mapping.start = start;
  mapping.end = end;
  mapping.permissions = permissions;
  mapping.path = path;
  mapping.offset = offset;
  mapping.device = path.empty() ? "00:00" : "fe:00";
  mapping.inode = path.empty() ? 0 : std::hash<std::string_view>()(path);
  mapping.sealed = sealed;
  return mapping;
}

}  // namespace signet::test
