// SPDX-License-Identifier: MIT
//
// /etc/ld.so.cache: the path of each soname, as ldconfig found the directories when it last ran.
//
// Input: the bytes of the whole file, aligned to 8. Output: the path for a name, or nothing. It
// reads the current format ("glibc-ld.so.cache1.1"), alone or behind a table in the old format, and
// only entries for x86-64. It opens no file and does not know the CPU.
//
// The file is: header, entries in descending order of their names, string table, extensions.
// Offsets of strings count from the header, those of extensions from the beginning of the file.
#pragma once

#include <cstring>
#include <span>
#include <string_view>

#include "elf/diagnostics.h"
#include "elf/symbol.h"
#include "elf/types.h"

namespace elf {

struct LdCacheHeader {
  char magic[20];
  uint32_t nlibs;
  uint32_t len_strings;
  uint8_t flags;  // the low two bits: 0 byte order not stated, 1 invalid, 2 little, 3 big endian
  uint8_t padding[3];
  uint32_t extension_offset;  // 0: there are none
  uint32_t unused[3];
};
static_assert(sizeof(LdCacheHeader) == 48);

struct LdCacheEntry {
  uint32_t flags;
  uint32_t key;    // string offset of the soname
  uint32_t value;  // string offset of the path
  uint32_t osversion;
  uint64_t hwcap;  // 0, or kLdCacheExtension, the ISA level, and an index into the subdirectories
};
static_assert(sizeof(LdCacheEntry) == 24);

// The table of the old format holds a magic, the number of its entries, and entries of 12 bytes.
struct LdCacheOldHeader {
  char magic[12];
  uint32_t nlibs;
};
static_assert(sizeof(LdCacheOldHeader) == 16);

struct LdCacheExtensions {
  uint32_t magic;
  uint32_t count;  // of sections, which follow
};
struct LdCacheSection {
  uint32_t tag;
  uint32_t flags;
  uint32_t offset;
  uint32_t size;
};

inline constexpr std::string_view kLdCacheMagic = "glibc-ld.so.cache1.1";
inline constexpr std::string_view kLdCacheOldMagic = "ld.so-1.7.0";
inline constexpr uint64_t kLdCacheOldEntrySize = 12;
inline constexpr uint32_t kLdCacheX86_64 = 0x0303;
inline constexpr uint64_t kLdCacheExtension = uint64_t{1} << 62;
inline constexpr uint64_t kLdCacheIsaMask = 0x3ff;  // in the upper half of hwcap
inline constexpr uint32_t kLdCacheExtensionMagic = 0xeaa42174;
inline constexpr uint32_t kLdCacheHwcapsTag = 1;

// x86-64 micro-architecture levels (psABI): 1 is the baseline, 4 the highest.
inline constexpr unsigned kBaseLevel = 1;
inline constexpr unsigned kTopLevel = 4;

inline constexpr std::string_view kHwcapsPrefix = "x86-64-v";

// The level that a glibc-hwcaps subdirectory "x86-64-vN" is for, or 0 for any other name.
constexpr unsigned HwcapsLevel(std::string_view name) {
  if (name.size() != kHwcapsPrefix.size() + 1 || !name.starts_with(kHwcapsPrefix)) return 0;
  const unsigned level = static_cast<unsigned char>(name.back()) - unsigned{'0'};
  return level > kBaseLevel && level <= kTopLevel ? level : 0;
}

namespace internal {

// Reads the number at `text` and moves `text` behind its digits. It overflows exactly as ldconfig's
// numbers do, so that a long date in a file name does not change the order.
constexpr uint32_t TakeNumber(const char*& text) {
  uint32_t number = 0;
  for (; *text >= '0' && *text <= '9'; ++text)
    number = number * 10 + static_cast<uint32_t>(*text - '0');
  return number;
}

}  // namespace internal

// ldconfig's order of names: sequences of digits compare as numbers, and a digit comes after every
// other character.
constexpr int CompareLdCacheNames(const char* a, const char* b) {
  while (*a != '\0') {
    const bool a_digit = *a >= '0' && *a <= '9';
    const bool b_digit = *b >= '0' && *b <= '9';
    if (a_digit != b_digit) return a_digit ? 1 : -1;
    if (!a_digit) {
      if (*a != *b) return *a - *b;
      ++a, ++b;
      continue;
    }
    const uint32_t a_number = internal::TakeNumber(a);
    const uint32_t b_number = internal::TakeNumber(b);
    if (a_number != b_number) return static_cast<int>(a_number - b_number);
  }
  return *a - *b;
}

class LdCache {
 public:
  constexpr LdCache() = default;

  [[nodiscard]] Check Init(std::span<const std::byte> file) {
    *this = {};
    uint64_t header_offset = 0;
    if (Check bad = FindHeader(file, header_offset)) return bad;
    const LdCacheHeader& header = At<LdCacheHeader>(file, header_offset);
    const unsigned byte_order = header.flags & 3;
    if (byte_order != 0 && byte_order != 2)
      return Count("byte order flag is ", byte_order, ", expected ", 2);
    if (Check bad = ReadEntries(file.subspan(header_offset), header)) return bad;
    return ReadExtensions(file, header.extension_offset);
  }

  size_t entry_count() const { return entries_.size(); }

  // The best path for `name`, or null. A library for a higher level is preferred if cpu_level() is
  // at least that level. cpu_level is called only if the cache has such a library.
  template <typename CpuLevel>
  const char* Find(const char* name, CpuLevel&& cpu_level) const {
    const char* best = nullptr;
    unsigned best_level = 0;
    for (size_t i = FirstNotAbove(name); i < entries_.size(); ++i) {
      const LdCacheEntry& entry = entries_[i];
      if (CompareLdCacheNames(name, strings_.At(entry.key)) != 0) break;
      if (entry.flags != kLdCacheX86_64 || !strings_.Has(entry.value)) continue;
      const unsigned level = Level(entry);
      if (level <= best_level) continue;
      if (level > kBaseLevel && RequiredLevel(entry, level) > cpu_level()) continue;
      best = strings_.At(entry.value);
      best_level = level;
    }
    return best;
  }

 private:
  template <typename T>
  static const T& At(std::span<const std::byte> bytes, uint64_t offset) {
    return *reinterpret_cast<const T*>(bytes.data() + offset);
  }

  static bool HasMagic(std::span<const std::byte> bytes, std::string_view magic) {
    return bytes.size() >= magic.size() &&
           std::memcmp(bytes.data(), magic.data(), magic.size()) == 0;
  }

  [[nodiscard]] static Check FindHeader(std::span<const std::byte> file, uint64_t& offset) {
    offset = 0;
    if (HasMagic(file, kLdCacheOldMagic) && file.size() >= sizeof(LdCacheOldHeader)) {
      const uint32_t count = At<LdCacheOldHeader>(file, 0).nlibs;
      const uint64_t room = (file.size() - sizeof(LdCacheOldHeader)) / kLdCacheOldEntrySize;
      if (count > room)
        return Count("nlibs of the old format is ", count, ", expected at most ", room);
      offset = (sizeof(LdCacheOldHeader) + count * kLdCacheOldEntrySize + 7) & ~uint64_t{7};
    }
    if (offset > file.size() || !HasMagic(file.subspan(offset), kLdCacheMagic))
      return Sentence("no glibc-ld.so.cache1.1 header");
    if (file.size() - offset < sizeof(LdCacheHeader))
      return Count("size behind the header's offset is ", file.size() - offset,
                   ", expected at least ", sizeof(LdCacheHeader));
    return {};
  }

  // `bytes` begin with the header.
  [[nodiscard]] Check ReadEntries(std::span<const std::byte> bytes, const LdCacheHeader& header) {
    const uint64_t entry_room = (bytes.size() - sizeof(LdCacheHeader)) / sizeof(LdCacheEntry);
    if (header.nlibs > entry_room)
      return Count("nlibs is ", header.nlibs, ", expected at most ", entry_room);
    const uint64_t strings_start = sizeof(LdCacheHeader) + header.nlibs * sizeof(LdCacheEntry);
    const uint64_t strings_room = bytes.size() - strings_start;
    if (header.len_strings > strings_room)
      return Count("len_strings is ", header.len_strings, ", expected at most ", strings_room);
    const std::span<const char> strings(&At<char>(bytes, 0), strings_start + header.len_strings);
    if (strings.back() != '\0')
      return Address("string table does not end in NUL: its last byte is ",
                     static_cast<unsigned char>(strings.back()), ", len_strings is ",
                     header.len_strings);
    strings_ = StringTable(strings);
    entries_ = {&At<LdCacheEntry>(bytes, sizeof(LdCacheHeader)), header.nlibs};
    return {};
  }

  // The names of the glibc-hwcaps subdirectories. Other extensions are ignored.
  [[nodiscard]] Check ReadExtensions(std::span<const std::byte> file, uint64_t offset) {
    if (offset == 0) return {};
    if (offset % alignof(LdCacheExtensions) != 0)
      return Address("extension_offset is ", offset, ", expected a multiple of ",
                     alignof(LdCacheExtensions));
    if (offset > file.size() || file.size() - offset < sizeof(LdCacheExtensions))
      return Address("extension_offset is ", offset, ", outside the file, which ends at ",
                     file.size());
    const LdCacheExtensions& extensions = At<LdCacheExtensions>(file, offset);
    if (extensions.magic != kLdCacheExtensionMagic)
      return Address("extension magic is ", extensions.magic, ", expected ",
                     kLdCacheExtensionMagic);
    const uint64_t sections_offset = offset + sizeof(LdCacheExtensions);
    const uint64_t room = (file.size() - sections_offset) / sizeof(LdCacheSection);
    if (extensions.count > room)
      return Count("extension count is ", extensions.count, ", expected at most ", room);
    for (uint32_t i = 0; i < extensions.count; ++i) {
      const auto& section = At<LdCacheSection>(file, sections_offset + i * sizeof(LdCacheSection));
      if (section.tag != kLdCacheHwcapsTag) continue;
      if (Check bad = ReadHwcaps(file, section)) return bad;
    }
    return {};
  }

  [[nodiscard]] Check ReadHwcaps(std::span<const std::byte> file, const LdCacheSection& section) {
    if (section.offset % alignof(uint32_t) != 0)
      return Address("glibc-hwcaps section is at ", section.offset, ", expected a multiple of ",
                     alignof(uint32_t));
    if (section.size % sizeof(uint32_t) != 0)
      return Address("glibc-hwcaps section size is ", section.size, ", expected a multiple of ",
                     sizeof(uint32_t));
    if (section.offset > file.size() || section.size > file.size() - section.offset)
      return Address("glibc-hwcaps section is at ", section.offset,
                     ", not all inside the file, which ends at ", file.size());
    hwcaps_ = {&At<uint32_t>(file, section.offset), section.size / sizeof(uint32_t)};
    return {};
  }

  // Names are in descending order: the first entry whose name is not above `name`.
  size_t FirstNotAbove(const char* name) const {
    size_t low = 0;
    size_t high = entries_.size();
    while (low < high) {
      const size_t middle = low + (high - low) / 2;
      if (CompareLdCacheNames(name, strings_.At(entries_[middle].key)) < 0) {
        low = middle + 1;
      } else {
        high = middle;
      }
    }
    return low;
  }

  // The level that the entry's directory is for, or 0 if the directory is not known. (Before glibc
  // 2.37, ldconfig put the bits of AT_HWCAP here.)
  unsigned Level(const LdCacheEntry& entry) const {
    if (entry.hwcap == 0) return kBaseLevel;
    if ((entry.hwcap >> 32 & ~kLdCacheIsaMask) != kLdCacheExtension >> 32) return 0;
    const uint32_t index = static_cast<uint32_t>(entry.hwcap);
    return index < hwcaps_.size() ? HwcapsLevel(strings_.At(hwcaps_[index])) : 0;
  }

  // The level that the library itself demands (GNU_PROPERTY_X86_ISA_1_NEEDED), which ldconfig
  // copies here: 0 for the baseline.
  static uint64_t RequiredLevel(const LdCacheEntry& entry, unsigned level) {
    const uint64_t own = (entry.hwcap >> 32 & kLdCacheIsaMask) + kBaseLevel;
    return own > level ? own : level;
  }

  std::span<const LdCacheEntry> entries_;
  StringTable strings_;
  std::span<const uint32_t> hwcaps_;  // string offsets of the subdirectories' names
};

}  // namespace elf
