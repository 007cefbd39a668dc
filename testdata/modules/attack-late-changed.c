// SPDX-License-Identifier: MIT
//
// Has libc open a converter, makes its text writable and changes it, and calls into the dynamic
// linker. Prints what the text is like then.
#define _GNU_SOURCE
#include <dlfcn.h>
#include <iconv.h>
#include <stdio.h>
#include <sys/mman.h>

#include "attack-maps.h"

int main(void) {
  MappingFacts found;
  iconv_open("UTF-8", "EUC-JP");
  if (!FindMappingOf("/EUC-JP.so", "r-xp", &found)) return 1;
  unsigned char* const text = (unsigned char*)found.start;
  const unsigned char before = *text;
  mprotect(text, 4096, PROT_READ | PROT_WRITE | PROT_EXEC);
  *text = (unsigned char)~before;
  dlsym(RTLD_DEFAULT, "no_such_symbol");
  FindMappingAt(text, &found);
  printf("%s, first byte %s\n", found.permissions, *text == before ? "as in the file" : "changed");
  return 0;
}
