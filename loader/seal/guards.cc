// SPDX-License-Identifier: MIT
#include "loader/seal/guards.h"

#include <algorithm>

#include "loader/diagnostics.h"
#include "loader/load/libc_functions.h"
#include "loader/seal/guard_entries.h"

namespace signet {
namespace {

// Makes new tables for the loader, with the guards behind its own symbols: names, symbols, and a
// DT_GNU_HASH with one bucket, whose chain has all symbols.
class SymbolTables {
 public:
  explicit SymbolTables(elf::Dynamic& dynamic)
      : dynamic_(dynamic), own_count_(dynamic.symbols.size()) {}

  void Extend(uint64_t load_bias) {
    const std::span<elf::Sym> symbols = ArenaArray<elf::Sym>(own_count_ + kGuardCount);
    std::copy(dynamic_.symbols.begin(), dynamic_.symbols.end(), symbols.begin());
    AddNames(symbols.subspan(own_count_));
    dynamic_.symbols = symbols;
    const uint64_t hash = MakeHash(symbols);
    const std::span<elf::Dyn> entries = ArenaArray<elf::Dyn>(1);
    entries[0] = {DT_GNU_HASH, {hash - load_bias}};
    dynamic_.entries = entries;
  }

 private:
  void AddNames(std::span<elf::Sym> guards) {
    size_t size = dynamic_.strings.size();
    for (unsigned i = 0; i < kGuardCount; ++i) size += GuardName(static_cast<Guard>(i)).size() + 1;
    const std::span<char> strings = ArenaArray<char>(size);
    std::memcpy(strings.data(), dynamic_.strings.At(0), dynamic_.strings.size());
    size_t next = dynamic_.strings.size();
    for (unsigned i = 0; i < kGuardCount; ++i) {
      const std::string_view name = GuardName(static_cast<Guard>(i));
      guards[i].st_name = static_cast<uint32_t>(next);
      guards[i].st_info = ELF64_ST_INFO(STB_GLOBAL, STT_FUNC);
      std::memcpy(&strings[next], name.data(), name.size());
      next += name.size() + 1;
    }
    dynamic_.strings = elf::StringTable(strings);
  }

  // Symbol 0 is in no hash table.
  uint64_t MakeHash(std::span<const elf::Sym> symbols) {
    constexpr uint32_t kShift = 6;
    struct Header {
      uint32_t bucket_count, symbol_offset, bloom_count, bloom_shift;
      uint64_t bloom[kBloomWords];
      uint32_t bucket;
    };
    const uint64_t size = sizeof(Header) + symbols.size() * sizeof(uint32_t);
    void* memory = ArenaBytes(size, alignof(Header));
    auto* header = new (memory) Header{1, 1, kBloomWords, kShift, {}, 1};
    auto* chain = std::bit_cast<uint32_t*>(&header->bucket + 1);
    for (size_t i = 1; i < symbols.size(); ++i) {
      const uint32_t hash = elf::GnuHash(dynamic_.strings.At(symbols[i].st_name));
      header->bloom[hash / 64 % kBloomWords] |=
          uint64_t{1} << hash % 64 | uint64_t{1} << (hash >> kShift) % 64;
      *chain++ = hash & ~1u;
    }
    chain[-1] |= 1;
    // It is read like the table of a module, as part of a segment.
    const auto start = std::bit_cast<uint64_t>(memory);
    const elf::Phdr segment = {PT_LOAD, PF_R, 0, start, start, size, size, alignof(Header)};
    if (const elf::Check bad = dynamic_.gnu_hash.Init(elf::Image(0, {&segment, 1}), start))
      Fatal("the guards' symbols cannot be found");
    return start;
  }

  static constexpr uint32_t kBloomWords = 8;

  elf::Dynamic& dynamic_;
  size_t own_count_;
};

// The guards are the last of the loader's symbols, and of the stand-in program's.
std::span<elf::Sym> GuardsOf(std::span<const elf::Sym> symbols) {
  const std::span<const elf::Sym> guards = symbols.last(kGuardCount);
  return {const_cast<elf::Sym*>(guards.data()), guards.size()};
}

void Define(elf::Sym& symbol, uint64_t value) {
  constexpr uint16_t kAnySection = 1;
  symbol.st_value = value;
  symbol.st_shndx = kAnySection;
}

}  // namespace

void PrepareGuards(Process& process) {
  Module& loader = *process.loader;
  SymbolTables(loader.dynamic).Extend(loader.map.image.load_bias());
}

void DefineGuards(Process& process) {
  const Module& loader = *process.loader;
  for (unsigned i = 0; i < kGuardCount; ++i) {
    const auto guard = static_cast<Guard>(i);
    // The guard is not defined yet, so libc's own function is found.
    guarded[i] = FindInRuntime(process, GuardName(guard).data());
    if (guarded[i] == 0) continue;
    const uint64_t address = GuardAddress(guard);
    Define(GuardsOf(loader.dynamic.symbols)[i], address - loader.map.image.load_bias());
    if (process.stand_in != nullptr) {
      Define(GuardsOf(process.stand_in->symbols)[i],
             address - process.program->map.image.load_bias());
    }
  }
}

}  // namespace signet
