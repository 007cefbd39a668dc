// SPDX-License-Identifier: MIT
//
// Names, hashes and the two hash tables (gABI DT_HASH, and DT_GNU_HASH).
//
// Input: tables inside a mapped module. Output: candidate symbol indices for a hash. It compares no
// names and no versions: the resolver does that.
#pragma once

#include <bit>
#include <cstring>
#include <span>
#include <string_view>

#include "elf/diagnostics.h"
#include "elf/image.h"

namespace elf {

constexpr uint32_t GnuHash(std::string_view name) {
  uint32_t hash = 5381;
  for (char c : name) hash = hash * 33 + static_cast<unsigned char>(c);
  return hash;
}

// The same for a terminated name, without a search for its end. It takes two characters at a time,
// because each multiplication has to wait for the one before.
constexpr uint32_t GnuHash(const char* name) {
  uint32_t hash = 5381;
  for (; name[0] != '\0' && name[1] != '\0'; name += 2) {
    hash = hash * (33 * 33) + static_cast<unsigned char>(name[0]) * 33u +
           static_cast<unsigned char>(name[1]);
  }
  return name[0] == '\0' ? hash : hash * 33 + static_cast<unsigned char>(name[0]);
}

constexpr uint32_t SysvHash(std::string_view name) {
  uint32_t hash = 0;
  for (char c : name) {
    hash = (hash << 4) + static_cast<unsigned char>(c);
    hash ^= (hash >> 24) & 0xf0;
  }
  return hash & 0x0fffffff;
}

// A string table whose last byte is NUL: a terminated string begins at every offset inside it.
class StringTable {
 public:
  constexpr StringTable() = default;
  explicit constexpr StringTable(std::span<const char> bytes) : bytes_(bytes) {}

  bool Has(uint64_t offset) const { return offset < bytes_.size(); }
  uint64_t size() const { return bytes_.size(); }
  std::span<const char> bytes() const { return bytes_; }

  // "" if the offset lies outside.
  const char* At(uint64_t offset) const { return Has(offset) ? bytes_.data() + offset : ""; }

 private:
  std::span<const char> bytes_;
};

// DT_GNU_HASH: a Bloom filter, buckets, and one hash value for each exported symbol; the low bit of
// a value marks the end of its bucket's chain. Symbols from symbol_offset() on are exported, sorted
// by bucket.
class GnuHashTable {
 public:
  constexpr GnuHashTable() = default;

  [[nodiscard]] Check Init(const Image& image, uint64_t vaddr) {
    // The Bloom filter's words follow the header of 16 bytes.
    if (vaddr % alignof(uint64_t) != 0)
      return Address("DT_GNU_HASH is ", vaddr, ", expected a multiple of ", alignof(uint64_t));
    const std::span<const uint32_t> header = image.Array<uint32_t>(vaddr, 4);
    if (header.empty())
      return Address("DT_GNU_HASH is ", vaddr, ", outside every readable segment; its size is ",
                     16);
    const uint32_t bucket_count = header[0];
    const uint32_t bloom_count = header[2];
    symbol_offset_ = header[1];
    bloom_shift_ = header[3] & 31;
    if (bucket_count == 0) return Count("DT_GNU_HASH nbuckets is ", 0, ", expected at least ", 1);
    if (bloom_count == 0 || (bloom_count & (bloom_count - 1)) != 0) {
      return Count("DT_GNU_HASH bloom size is ", bloom_count,
                   ", expected a power of two of at least ", 1);
    }
    const uint64_t bloom_vaddr = vaddr + 4 * sizeof(uint32_t);
    const uint64_t bucket_vaddr = bloom_vaddr + uint64_t{bloom_count} * sizeof(uint64_t);
    bloom_ = image.Array<uint64_t>(bloom_vaddr, bloom_count);
    if (bloom_.empty())
      return Count("DT_GNU_HASH bloom size is ", bloom_count, ", more than its segment holds");
    buckets_ = image.Array<uint32_t>(bucket_vaddr, bucket_count);
    if (buckets_.empty())
      return Count("DT_GNU_HASH nbuckets is ", bucket_count, ", more than its segment holds");
    chain_ = image.ArrayToEnd<uint32_t>(bucket_vaddr + uint64_t{bucket_count} * sizeof(uint32_t));
    return TrimChain();
  }

  explicit operator bool() const { return !buckets_.empty(); }
  uint32_t symbol_offset() const { return symbol_offset_; }

  // Calls visit(bytes) for each part of the table.
  template <typename Visit>
  void ForEachPart(Visit&& visit) const {
    visit(std::as_bytes(bloom_));
    visit(std::as_bytes(buckets_));
    visit(std::as_bytes(chain_));
  }

  // The exported symbols' hash values, in symbol order; only the upper 31 bits are the hash.
  std::span<const uint32_t> chain() const { return chain_; }

  // The hash of an exported symbol without its lowest bit, or 0 if the symbol is not hashed.
  uint32_t HashOf(uint64_t symbol) const {
    const uint64_t i = symbol - symbol_offset_;
    return i < chain_.size() ? chain_[i] & ~1u : 0;
  }

  // False if no exported symbol has this hash. The lowest bit does not count, as in HashOf.
  bool MayHold(uint32_t hash) const { return PassesBloom(hash) || PassesBloom(hash | 1); }

  // Calls match(symbol index) for each candidate until it returns true; returns that index, or 0.
  template <typename Match>
  uint32_t Find(uint32_t hash, Match&& match) const {
    if (!PassesBloom(hash)) return 0;
    const uint32_t first = buckets_[hash % static_cast<uint32_t>(buckets_.size())];
    if (first == 0) return 0;
    for (uint64_t i = uint64_t{first} - symbol_offset_; i < chain_.size(); ++i) {
      const uint32_t symbol = static_cast<uint32_t>(i) + symbol_offset_;
      if ((chain_[i] | 1) == (hash | 1) && match(symbol)) return symbol;
      if ((chain_[i] & 1) != 0) break;
    }
    return 0;
  }

 private:
  bool PassesBloom(uint32_t hash) const {
    const uint64_t word = bloom_[(hash / 64) & (bloom_.size() - 1)];
    return ((word >> (hash % 64)) & (word >> ((hash >> bloom_shift_) % 64)) & 1) != 0;
  }

  // Symbols are sorted by bucket. So the last bucket in use has the last chain, and the table ends
  // where that chain ends.
  [[nodiscard]] Check TrimChain() {
    size_t last = buckets_.size();
    while (last != 0 && buckets_[last - 1] == 0) --last;
    if (last == 0) {
      chain_ = {};
      return {};
    }
    const uint32_t first = buckets_[last - 1];
    if (first < symbol_offset_) {
      return Count("DT_GNU_HASH bucket holds symbol ", first, ", expected at least ",
                   symbol_offset_);
    }
    for (size_t i = first - symbol_offset_; i < chain_.size(); ++i) {
      if ((chain_[i] & 1) != 0) {
        chain_ = chain_.first(i + 1);
        return {};
      }
    }
    return Count("DT_GNU_HASH chain does not end: it begins at symbol ", first,
                 ", the table has room for ", symbol_offset_ + chain_.size());
  }

  std::span<const uint64_t> bloom_;
  std::span<const uint32_t> buckets_;
  std::span<const uint32_t> chain_;
  uint32_t symbol_offset_ = 0;
  uint32_t bloom_shift_ = 0;
};

// DT_HASH, for modules without DT_GNU_HASH.
class SysvHashTable {
 public:
  constexpr SysvHashTable() = default;

  [[nodiscard]] Check Init(const Image& image, uint64_t vaddr) {
    if (vaddr % alignof(uint32_t) != 0)
      return Address("DT_HASH is ", vaddr, ", expected a multiple of ", alignof(uint32_t));
    const std::span<const uint32_t> header = image.Array<uint32_t>(vaddr, 2);
    if (header.empty())
      return Address("DT_HASH is ", vaddr, ", outside every readable segment; its size is ", 8);
    const uint64_t bucket_vaddr = vaddr + 2 * sizeof(uint32_t);
    if (header[0] == 0) return Count("DT_HASH nbucket is ", 0, ", expected at least ", 1);
    buckets_ = image.Array<uint32_t>(bucket_vaddr, header[0]);
    if (buckets_.empty())
      return Count("DT_HASH nbucket is ", header[0], ", more than its segment holds; nchain is ",
                   header[1]);
    chain_ =
        image.Array<uint32_t>(bucket_vaddr + uint64_t{header[0]} * sizeof(uint32_t), header[1]);
    if (chain_.empty() && header[1] != 0)
      return Count("DT_HASH nchain is ", header[1], ", more than its segment holds; nbucket is ",
                   header[0]);
    return CheckChains();
  }

  explicit operator bool() const { return !buckets_.empty(); }
  uint64_t symbol_count() const { return chain_.size(); }

  // Calls visit(bytes) for each part of the table.
  template <typename Visit>
  void ForEachPart(Visit&& visit) const {
    visit(std::as_bytes(buckets_));
    visit(std::as_bytes(chain_));
  }

  // Not inlined, and with a `match` of its own, because it is rarely used, and its callers are the
  // loader's hottest code.
  template <typename Match>
  [[gnu::noinline]] uint32_t Find(uint32_t hash, Match match) const {
    uint32_t symbol = buckets_[hash % static_cast<uint32_t>(buckets_.size())];
    // CheckChains is not trusted here: the table may be in memory that the module can change.
    for (size_t left = chain_.size(); left != 0 && symbol < chain_.size(); --left) {
      if (symbol == STN_UNDEF) break;
      if (match(symbol)) return symbol;
      symbol = chain_[symbol];
    }
    return 0;
  }

 private:
  // Checks that every chain ends, and that every index lies inside the table.
  [[nodiscard]] Check CheckChains() const {
    size_t steps = 0;
    for (size_t bucket = 0; bucket < buckets_.size(); ++bucket) {
      for (uint32_t symbol = buckets_[bucket]; symbol != STN_UNDEF; symbol = chain_[symbol]) {
        if (symbol >= chain_.size()) {
          return Count("DT_HASH holds symbol ", symbol, ", expected less than nchain, which is ",
                       chain_.size());
        }
        if (++steps > chain_.size()) {
          return Count("DT_HASH chain does not end: it begins in bucket ", bucket, ", nchain is ",
                       chain_.size());
        }
      }
    }
    return {};
  }

  std::span<const uint32_t> buckets_;
  std::span<const uint32_t> chain_;
};

}  // namespace elf
