// SPDX-License-Identifier: MIT
//
// What the search for libraries must know about this CPU and kernel: the x86-64 micro-architecture
// level (psABI, x86-64-v1 to v4) and what $PLATFORM stands for.
//
// Input: none. Output: facts. CPUID traps on virtual machines and then takes microseconds, so it is
// executed only if a library depends on the answer. Not thread-safe: used while searching.
#pragma once

#include <string_view>

#pragma GCC visibility push(hidden)

namespace signet {

class Cpu {
 public:
  // 1 to 4. Executes CPUID the first time only.
  unsigned Level();

  // "haswell" or "xeon_phi": for some Intel CPUs, ld.so uses these in place of AT_PLATFORM. Empty
  // for all other CPUs.
  static std::string_view Platform();

  // ld.so's "avx512_1" (legacy_directories.h): for some Intel CPUs.
  static bool HasLegacyAvx512();

 private:
  unsigned level_ = 0;  // 0: not known yet
};

}  // namespace signet

#pragma GCC visibility pop
