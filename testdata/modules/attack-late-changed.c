// SPDX-License-Identifier: MIT
//
// Has libc open the converter that the argument names, makes its text writable and changes it, and
// calls into the dynamic linker. Prints what the text is like then.
#define _GNU_SOURCE
#include <dlfcn.h>
#include <iconv.h>
#include <stdio.h>
#include <sys/mman.h>

#include "attack-maps.h"

int main(int argc, char** argv) {
  MappingFacts found;
  char file[64];
  snprintf(file, sizeof file, "/%s.so", argv[1]);
  iconv_open("UTF-8", argv[1]);
  if (!FindMappingOf(file, "r-xp", &found)) return 1;
  unsigned char* const text = (unsigned char*)found.start;
  const unsigned char before = *text;
  mprotect(text, 4096, PROT_READ | PROT_WRITE | PROT_EXEC);
  *text = (unsigned char)~before;
  dlsym(RTLD_DEFAULT, "no_such_symbol");
  FindMappingAt(text, &found);
  printf("%s, first byte %s\n", found.permissions, *text == before ? "as in the file" : "changed");
  return 0;
}
