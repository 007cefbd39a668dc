// SPDX-License-Identifier: MIT
#include "loader/find/hwcaps.h"

#include <cpuid.h>

#include <cstdint>

#include "elf/ld_cache.h"

namespace signet {
namespace {

struct Registers {
  unsigned eax = 0, ebx = 0, ecx = 0, edx = 0;
};

// All zeroes for a leaf that the CPU does not have: the CPU has none of its features.
Registers Cpuid(unsigned leaf) {
  Registers r;
  __get_cpuid_count(leaf, 0, &r.eax, &r.ebx, &r.ecx, &r.edx);
  return r;
}

constexpr bool HasAll(uint64_t value, uint64_t bits) { return (value & bits) == bits; }

// The register states that the kernel saves (XCR0). A feature whose registers are not saved cannot
// be used, even if the CPU has it.
uint64_t EnabledStates(const Registers& features) {
  if (!HasAll(features.ecx, bit_OSXSAVE)) return 0;
  uint32_t low;
  uint32_t high;
  asm volatile("xgetbv" : "=a"(low), "=d"(high) : "c"(0));
  return uint64_t{high} << 32 | low;
}

// In EBX of leaf 7. gcc 16 has no names for them any more.
constexpr uint32_t kAvx512Pf = 1u << 26;
constexpr uint32_t kAvx512Er = 1u << 27;

constexpr uint64_t kAvxStates = 0x06;     // SSE, AVX
constexpr uint64_t kAvx512States = 0xe6;  // also opmask, upper halves, upper registers

struct Features {
  Registers basic = Cpuid(1);
  Registers more = Cpuid(7);
  Registers extended = Cpuid(0x80000001);
  uint64_t states = EnabledStates(basic);
};

bool HasLevel2(const Features& cpu) {
  return HasAll(cpu.basic.ecx,
                bit_CMPXCHG16B | bit_POPCNT | bit_SSE3 | bit_SSSE3 | bit_SSE4_1 | bit_SSE4_2) &&
         HasAll(cpu.extended.ecx, bit_LAHF_LM);
}

bool HasLevel3(const Features& cpu) {
  return HasAll(cpu.states, kAvxStates) &&
         HasAll(cpu.basic.ecx, bit_AVX | bit_F16C | bit_FMA | bit_MOVBE) &&
         HasAll(cpu.more.ebx, bit_AVX2 | bit_BMI | bit_BMI2) && HasAll(cpu.extended.ecx, bit_LZCNT);
}

bool HasLevel4(const Features& cpu) {
  return HasAll(cpu.states, kAvx512States) &&
         HasAll(cpu.more.ebx,
                bit_AVX512F | bit_AVX512BW | bit_AVX512CD | bit_AVX512DQ | bit_AVX512VL);
}

unsigned FindLevel() {
  const Features cpu;
  if (!HasLevel2(cpu)) return 1;
  if (!HasLevel3(cpu)) return 2;
  return HasLevel4(cpu) ? elf::kTopLevel : 3;
}

bool IsIntel() {
  const Registers vendor = Cpuid(0);
  return vendor.ebx == signature_INTEL_ebx && vendor.ecx == signature_INTEL_ecx &&
         vendor.edx == signature_INTEL_edx;
}

}  // namespace

unsigned Cpu::Level() {
  if (level_ == 0) level_ = FindLevel();
  return level_;
}

std::string_view Cpu::Platform() {
  if (!IsIntel()) return {};
  const Features cpu;
  if (HasAll(cpu.states, kAvx512States) &&
      HasAll(cpu.more.ebx, bit_AVX512CD | kAvx512Er | kAvx512Pf)) {
    return "xeon_phi";
  }
  const bool haswell =
      HasAll(cpu.states, kAvxStates) && HasAll(cpu.basic.ecx, bit_FMA | bit_MOVBE | bit_POPCNT) &&
      HasAll(cpu.more.ebx, bit_AVX2 | bit_BMI | bit_BMI2) && HasAll(cpu.extended.ecx, bit_LZCNT);
  return haswell ? "haswell" : std::string_view();
}

bool Cpu::HasLegacyAvx512() {
  if (!IsIntel()) return false;
  const Features cpu;
  return HasAll(cpu.states, kAvx512States) && (cpu.more.ebx & kAvx512Er) == 0 &&
         HasAll(cpu.more.ebx, bit_AVX512CD | bit_AVX512BW | bit_AVX512DQ | bit_AVX512VL);
}

}  // namespace signet
