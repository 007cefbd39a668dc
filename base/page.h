// SPDX-License-Identifier: MIT
//
// Pages: the unit in which the kernel maps and protects memory. Of the sizes that x86-64 has, the
// smallest is meant, unless the name says otherwise.
#pragma once

#include <cstdint>

namespace signet {

inline constexpr uint64_t kPageSize = 4096;
inline constexpr uint64_t kHugePageSize = uint64_t{2} << 20;

constexpr uint64_t PageDown(uint64_t address) { return address & ~(kPageSize - 1); }

// Wraps to 0 for an address in the last page of the address space: check the range first.
constexpr uint64_t PageUp(uint64_t address) { return PageDown(address + kPageSize - 1); }

// The next multiple of `align`, a power of two.
constexpr uint64_t AlignUp(uint64_t value, uint64_t align) {
  return (value + align - 1) & ~(align - 1);
}

}  // namespace signet
