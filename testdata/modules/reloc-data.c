// SPDX-License-Identifier: MIT
//
// Prints the data of reloc-data.S after relocation. Part of a library.
#include "freestanding.h"

#define HIDDEN extern __attribute__((visibility("hidden")))

extern int g_foreign[4];
extern char g_sized[24];
int ForeignFunction(void);

HIDDEN int* volatile g_64;
HIDDEN int (*volatile g_64_function)(void);
HIDDEN volatile Word g_64_negative;
HIDDEN volatile int g_pc32;
HIDDEN volatile int g_size32;
HIDDEN volatile long g_size64;
HIDDEN int* volatile g_relative;
HIDDEN char g_unaligned[8];
HIDDEN char g_across[8];

static int* AtAnyAddress(const char* field) {
  Word value = 0;
  for (int i = 7; i >= 0; --i) value = value << 8 | (unsigned char)field[i];
  return (int*)value;
}

void Facts(void) {
  int* const foreign = g_foreign;  // R_X86_64_GLOB_DAT
  FactNumber("GLOB_DAT", foreign[0]);
  FactNumber("JUMP_SLOT", ForeignFunction());  // R_X86_64_JUMP_SLOT
  FactNumber("64", *g_64);
  FactNumber("64 to function", g_64_function());
  FactNumber("64, negative addend", (long)((Word)foreign - g_64_negative));
  FactNumber("PC32", *(int*)((char*)&g_pc32 + g_pc32));
  FactNumber("SIZE32", g_size32);
  FactNumber("SIZE64", g_size64);
  FactNumber("RELATIVE", *g_relative);
  FactNumber("64, unaligned", *AtAnyAddress(g_unaligned));
  FactNumber("64, on two pages", *AtAnyAddress(g_across));
}
