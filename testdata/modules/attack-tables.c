// SPDX-License-Identifier: MIT
//
// Resolvers of indirect functions that spoil the module's relocations while some of them wait. The
// test makes the table writable.
#include <elf.h>

#include "freestanding.h"

extern const Elf64_Dyn _DYNAMIC[] __attribute__((visibility("hidden")));
extern const char __ehdr_start[] __attribute__((visibility("hidden")));

static unsigned long Tag(long tag) {
  for (const Elf64_Dyn* entry = _DYNAMIC; entry->d_tag != DT_NULL; ++entry) {
    if (entry->d_tag == tag) return entry->d_un.d_val;
  }
  return 0;
}

static void Spoil(void) {
  Elf64_Rela* table = (Elf64_Rela*)(__ehdr_start + Tag(DT_JMPREL));
  for (unsigned long i = 0; i < Tag(DT_PLTRELSZ) / sizeof *table; ++i) {
    table[i].r_offset = 1ul << 62;
    table[i].r_addend = 1l << 62;
  }
}

static int One(void) { return 1; }
static int Two(void) { return 2; }

static void* ResolveFirst(void) {
  Spoil();
  return One;
}
static void* ResolveSecond(void) {
  Spoil();
  return Two;
}

static int First(void) __attribute__((ifunc("ResolveFirst")));
static int Second(void) __attribute__((ifunc("ResolveSecond")));

void Facts(void) {
  FactNumber("first", First());
  FactNumber("second", Second());
}
