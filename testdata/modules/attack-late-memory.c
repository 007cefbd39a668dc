// SPDX-License-Identifier: MIT
//
// Has libc open a converter, and calls into the dynamic linker while there is no memory to be had.
#define _GNU_SOURCE
#include <dlfcn.h>
#include <errno.h>
#include <iconv.h>
#include <stdio.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/resource.h>

#include "attack-maps.h"

static void Attack(const char* when, void* text) {
  const int result = mprotect(text, 4096, PROT_READ | PROT_WRITE | PROT_EXEC);
  printf("%s: %s\n", when, result == 0 ? "changed" : strerror(errno));
}

int main(void) {
  struct rlimit limit, before;
  MappingFacts text;
  iconv_open("UTF-8", "EUC-JP");
  if (!FindMappingOf("/EUC-JP.so", "r-xp", &text)) return 1;
  getrlimit(RLIMIT_AS, &before);
  limit = before;
  limit.rlim_cur = 0;
  setrlimit(RLIMIT_AS, &limit);
  dlsym(RTLD_DEFAULT, "no_such_symbol");
  Attack("without memory", text.start);
  setrlimit(RLIMIT_AS, &before);
  dlsym(RTLD_DEFAULT, "no_such_symbol");
  Attack("with memory", text.start);
  return 0;
}
