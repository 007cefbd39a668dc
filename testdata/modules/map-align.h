// SPDX-License-Identifier: MIT
//
// Variables that need an alignment of 2 MiB, in a segment with this p_align.
#pragma once

#include "freestanding.h"

enum { kHuge = 1 << 21 };

__attribute__((aligned(kHuge))) static volatile int g_aligned_data = 42;
__attribute__((aligned(kHuge))) static volatile char g_aligned_bss[16];

static inline void Alignment(const char* module) {
  Line(module);
  FactNumber("  data modulo 2 MiB", (long)((Word)&g_aligned_data % kHuge));
  FactNumber("  .bss modulo 2 MiB", (long)((Word)g_aligned_bss % kHuge));
  FactNumber("  data", g_aligned_data);
  FactNumber("  .bss", g_aligned_bss[15]);
  g_aligned_bss[15] = 1;
}
