// SPDX-License-Identifier: MIT
#include "loader/hwcaps.h"

#include <cpuid.h>

#include <cstdint>

#include "elf/ld_cache.h"

namespace signet {
namespace {

constinit unsigned known_level = 0;

struct Registers {
  unsigned eax = 0, ebx = 0, ecx = 0, edx = 0;
};

// All zeroes for a leaf that the CPU does not have.
Registers Cpuid(unsigned leaf) {
  Registers r;
  __get_cpuid_count(leaf, 0, &r.eax, &r.ebx, &r.ecx, &r.edx);
  return r;
}

constexpr bool HasAll(uint64_t value, uint64_t bits) { return (value & bits) == bits; }

// The register states that the kernel saves (XCR0): features without theirs cannot be used.
uint64_t EnabledStates(const Registers& features) {
  if (!HasAll(features.ecx, bit_OSXSAVE)) return 0;
  uint32_t low;
  uint32_t high;
  asm volatile("xgetbv" : "=a"(low), "=d"(high) : "c"(0));
  return uint64_t{high} << 32 | low;
}

constexpr uint64_t kLevel2 =
    bit_CMPXCHG16B | bit_POPCNT | bit_SSE3 | bit_SSSE3 | bit_SSE4_1 | bit_SSE4_2;
constexpr uint64_t kLevel3 = bit_AVX | bit_F16C | bit_FMA | bit_MOVBE;
constexpr uint64_t kLevel3More = bit_AVX2 | bit_BMI | bit_BMI2;
constexpr uint64_t kLevel4More =
    bit_AVX512F | bit_AVX512BW | bit_AVX512CD | bit_AVX512DQ | bit_AVX512VL;
constexpr uint64_t kAvxStates = 0x06;     // SSE, AVX
constexpr uint64_t kAvx512States = 0xe6;  // and opmask, upper halves, upper registers

unsigned FindLevel() {
  const Registers features = Cpuid(1);
  const Registers extended = Cpuid(0x80000001);
  if (!HasAll(features.ecx, kLevel2) || !HasAll(extended.ecx, bit_LAHF_LM)) return 1;

  const uint64_t states = EnabledStates(features);
  const Registers more = Cpuid(7);
  if (!HasAll(states, kAvxStates) || !HasAll(features.ecx, kLevel3) ||
      !HasAll(more.ebx, kLevel3More) || !HasAll(extended.ecx, bit_LZCNT)) {
    return 2;
  }
  return HasAll(states, kAvx512States) && HasAll(more.ebx, kLevel4More) ? elf::kTopLevel : 3;
}

}  // namespace

unsigned CpuLevel() {
  if (known_level == 0) known_level = FindLevel();
  return known_level;
}

}  // namespace signet
