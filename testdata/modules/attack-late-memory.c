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

static void* text;

static void FindText(const char* library) {
  char line[512];
  FILE* maps = fopen("/proc/self/maps", "r");
  while (fgets(line, sizeof line, maps) != NULL) {
    if (strstr(line, library) != NULL && strstr(line, "r-xp") != NULL) sscanf(line, "%p", &text);
  }
  fclose(maps);
}

static void Attack(const char* when) {
  const int result = mprotect(text, 4096, PROT_READ | PROT_WRITE | PROT_EXEC);
  printf("%s: %s\n", when, result == 0 ? "changed" : strerror(errno));
}

int main(void) {
  struct rlimit limit, before;
  iconv_open("UTF-8", "EUC-JP");
  FindText("/EUC-JP.so");
  getrlimit(RLIMIT_AS, &before);
  limit = before;
  limit.rlim_cur = 0;
  setrlimit(RLIMIT_AS, &limit);
  dlsym(RTLD_DEFAULT, "no_such_symbol");
  Attack("without memory");
  setrlimit(RLIMIT_AS, &before);
  dlsym(RTLD_DEFAULT, "no_such_symbol");
  Attack("with memory");
  return 0;
}
