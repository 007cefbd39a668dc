// SPDX-License-Identifier: MIT
//
// What this CPU and kernel support, as far as the search for libraries asks: the x86-64
// micro-architecture level (psABI, x86-64-v1 to v4) and what $PLATFORM stands for.
//
// Input: none. Output: facts. CPUID traps on virtual machines and then takes microseconds, so it is
// executed only where a library depends on the answer. Not thread-safe: used while searching.
#pragma once

#include <string_view>

#pragma GCC visibility push(hidden)

namespace signet {

class Cpu {
 public:
  // 1 to 4. Executes CPUID the first time only.
  unsigned Level();

  // For some CPUs of Intel's, ld.so replaces AT_PLATFORM: "haswell" or "xeon_phi". Empty for all
  // others.
  static std::string_view Platform();

 private:
  unsigned level_ = 0;  // 0: not known yet
};

}  // namespace signet

#pragma GCC visibility pop
