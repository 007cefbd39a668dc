// SPDX-License-Identifier: MIT
//
// A library with a state in .data and .bss. With STORAGE "static __thread" each thread has a state.
#ifndef STORAGE
#define STORAGE static
#endif

STORAGE int g_count;
STORAGE char g_text[16];
STORAGE int g_first = 5;

const char* Count(void) {
  g_text[0] = (char)('0' + ++g_count);
  g_text[1] = (char)('0' + g_first++);
  return g_text;
}
