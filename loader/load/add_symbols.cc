// SPDX-License-Identifier: MIT
#include "loader/load/add_symbols.h"

#include <algorithm>
#include <cstring>

#include "base/arena.h"
#include "loader/diagnostics.h"

namespace signet {
namespace {

// The names go behind the module's own.
void AddNames(elf::Dynamic& dynamic, std::span<const std::string_view> names,
              std::span<elf::Sym> symbols) {
  size_t size = dynamic.strings.size();
  for (const std::string_view name : names) size += name.size() + 1;
  const std::span<char> strings = ArenaArray<char>(size);
  std::memcpy(strings.data(), dynamic.strings.At(0), dynamic.strings.size());
  size_t next = dynamic.strings.size();
  for (size_t i = 0; i < names.size(); ++i) {
    symbols[i].st_name = static_cast<uint32_t>(next);
    std::memcpy(&strings[next], names[i].data(), names[i].size());
    next += names[i].size() + 1;
  }
  dynamic.strings = elf::StringTable(strings);
}

// One bucket, whose chain has all symbols but symbol 0, which is in no hash table. Returns its
// address.
uint64_t MakeHash(elf::Dynamic& dynamic) {
  constexpr uint32_t kShift = 6;
  constexpr uint32_t kBloomWords = 8;
  struct Header {
    uint32_t bucket_count, symbol_offset, bloom_count, bloom_shift;
    uint64_t bloom[kBloomWords];
    uint32_t bucket;
  };
  const std::span<const elf::Sym> symbols = dynamic.symbols;
  const uint64_t size = sizeof(Header) + symbols.size() * sizeof(uint32_t);
  void* memory = ArenaBytes(size, alignof(Header));
  auto* header = new (memory) Header{1, 1, kBloomWords, kShift, {}, 1};
  auto* chain = std::bit_cast<uint32_t*>(&header->bucket + 1);
  for (size_t i = 1; i < symbols.size(); ++i) {
    const uint32_t hash = elf::GnuHash(dynamic.strings.At(symbols[i].st_name));
    header->bloom[hash / 64 % kBloomWords] |=
        uint64_t{1} << hash % 64 | uint64_t{1} << (hash >> kShift) % 64;
    *chain++ = hash & ~1u;
  }
  chain[-1] |= 1;
  // It is read like the table of a module, as part of a segment.
  const auto start = std::bit_cast<uint64_t>(memory);
  const elf::Phdr segment = {PT_LOAD, PF_R, 0, start, start, size, size, alignof(Header)};
  if (const elf::Check bad = dynamic.gnu_hash.Init(elf::Image(0, {&segment, 1}), start))
    Fatal("added symbols cannot be found");
  return start;
}

}  // namespace

std::span<elf::Sym> AddSymbols(elf::Dynamic& dynamic, uint64_t load_bias,
                               std::span<const std::string_view> names) {
  const size_t own_count = dynamic.symbols.size();
  const std::span<elf::Sym> symbols = ArenaArray<elf::Sym>(own_count + names.size());
  std::copy(dynamic.symbols.begin(), dynamic.symbols.end(), symbols.begin());
  const std::span<elf::Sym> added = symbols.subspan(own_count);
  for (elf::Sym& symbol : added) symbol.st_info = ELF64_ST_INFO(STB_GLOBAL, STT_FUNC);
  AddNames(dynamic, names, added);
  dynamic.symbols = symbols;
  const std::span<elf::Dyn> entries = ArenaArray<elf::Dyn>(1);
  entries[0] = {DT_GNU_HASH, {MakeHash(dynamic) - load_bias}};
  dynamic.entries = entries;
  return added;
}

void DefineSymbol(elf::Sym& symbol, uint64_t value) {
  constexpr uint16_t kAnySection = 1;
  symbol.st_value = value;
  symbol.st_shndx = kAnySection;
}

}  // namespace signet
