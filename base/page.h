// SPDX-License-Identifier: MIT
//
// Pages: the unit in which the kernel maps and protects memory. Of the sizes that x86-64 has, only
// the smallest counts here.
#pragma once

#include <cstdint>

namespace signet {

inline constexpr uint64_t kPageSize = 4096;

constexpr uint64_t PageDown(uint64_t address) { return address & ~(kPageSize - 1); }

// Wraps to 0 for an address in the last page of the address space: check the range first.
constexpr uint64_t PageUp(uint64_t address) { return PageDown(address + kPageSize - 1); }

}  // namespace signet
