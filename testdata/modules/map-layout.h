// SPDX-License-Identifier: MIT
//
// Facts about the segments of the module that includes this: each has the contents of the file, the
// rest is zero, and writable segments can be written.
#pragma once

#include "freestanding.h"

enum { kPage = 4096, kLarge = 1 << 20 };

static const char kConstant[] = "constant";
static volatile int g_data = 42;
static volatile int* const g_relro = &g_data;
static volatile char g_small[16];
#ifndef SMALL_BSS
static volatile char g_large[kLarge];
#endif
extern char _end[] __attribute__((visibility("hidden")));

static inline int AllZero(const volatile char* from, const volatile char* to) {
  for (; from != to; ++from) {
    if (*from != 0) return 0;
  }
  return 1;
}

static inline void Layout(const char* module) {
  Line(module);
  Fact("  rodata", kConstant);
  FactNumber("  data", g_data);
  Check("  relro points to data", *(volatile int* const volatile*)&g_relro == &g_data);
  Check("  .bss is zero", AllZero(g_small, g_small + sizeof g_small));
#ifndef SMALL_BSS
  Check("  .bss beyond the file's page is zero", AllZero(g_large, g_large + kLarge));
  g_large[0] = g_large[kLarge - 1] = 1;
#endif
  char* const page_end = (char*)(((Word)_end + kPage - 1) & -(Word)kPage);
  Check("  the last page is zero to its end", AllZero(_end, page_end));
  g_data = 43;
  g_small[0] = 1;
  for (char* tail = _end; tail != page_end; ++tail) *tail = 1;
  FactNumber("  data when written", *g_relro);
}
