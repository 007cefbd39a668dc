// SPDX-License-Identifier: MIT
//
// A thread-local variable with its own alignment and size. Another module's variable must neither
// move nor overwrite it. Part of a program or a library: PREFIX names its functions.
#include "freestanding.h"

#define PASTE(a, b) a##b
#define EXPAND(a, b) PASTE(a, b)

static __thread char g_first = 1;
static __thread __attribute__((aligned(ALIGN))) char g_data[SIZE] = {2, [SIZE - 1] = 3};
static __thread __attribute__((aligned(ALIGN))) char g_zero[SIZE];

void EXPAND(PREFIX, Write)(char value) {
  g_first = value;
  for (int i = 0; i < SIZE; ++i) ((volatile char*)g_data)[i] = ((volatile char*)g_zero)[i] = value;
}

int EXPAND(PREFIX, Holds)(char value) {
  int right = g_first == value;
  for (int i = 0; i < SIZE; ++i) right &= g_data[i] == value && g_zero[i] == value;
  return right;
}

void EXPAND(PREFIX, Facts)(const char* name) {
  Line(name);
  FactNumber("  first", g_first);
  FactNumber("  data", g_data[0] + g_data[SIZE - 1]);
  FactNumber("  zero", g_zero[0] + g_zero[SIZE - 1]);
  FactNumber("  modulo alignment", (long)(((Word)g_data | (Word)g_zero) % ALIGN));
}
