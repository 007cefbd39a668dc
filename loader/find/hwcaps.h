// SPDX-License-Identifier: MIT
//
// What this CPU and kernel support, as far as the search for libraries asks: the x86-64
// micro-architecture level (psABI, x86-64-v1 to v4) and what $PLATFORM stands for.
//
// CPUID traps on virtual machines and takes microseconds: a question is asked only where there is
// a library that depends on the answer.
#pragma once

#include <string_view>

#pragma GCC visibility push(hidden)

namespace signet {

class Cpu {
 public:
  // 1 to 4. Executes CPUID the first time only.
  unsigned Level();

  // What ld.so has for some of Intel's CPUs in place of AT_PLATFORM: "haswell" or "xeon_phi"; empty
  // for all others.
  static std::string_view Platform();

 private:
  unsigned level_ = 0;  // 0: not known yet
};

}  // namespace signet

#pragma GCC visibility pop
