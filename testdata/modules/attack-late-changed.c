// SPDX-License-Identifier: MIT
//
// Has libc open a converter, makes its text writable and changes it, and calls into the dynamic
// linker. Prints what the text is like then.
#define _GNU_SOURCE
#include <dlfcn.h>
#include <iconv.h>
#include <stdio.h>
#include <string.h>
#include <sys/mman.h>

static unsigned char* text;
static char permissions[5];

static void FindText(const char* library) {
  char line[512];
  FILE* maps = fopen("/proc/self/maps", "r");
  while (fgets(line, sizeof line, maps) != NULL) {
    char *start, *end;
    char found[5];
    if (strstr(line, library) == NULL) continue;
    sscanf(line, "%p-%p %4s", (void**)&start, (void**)&end, found);
    if (text == NULL && strcmp(found, "r-xp") == 0) text = (unsigned char*)start;
    if (start <= (char*)text && (char*)text < end) strcpy(permissions, found);
  }
  fclose(maps);
}

int main(void) {
  iconv_open("UTF-8", "EUC-JP");
  FindText("/EUC-JP.so");
  const unsigned char before = *text;
  mprotect(text, 4096, PROT_READ | PROT_WRITE | PROT_EXEC);
  *text = (unsigned char)~before;
  dlsym(RTLD_DEFAULT, "no_such_symbol");
  FindText("/EUC-JP.so");
  printf("%s, first byte %s\n", permissions, *text == before ? "as in the file" : "changed");
  return 0;
}
