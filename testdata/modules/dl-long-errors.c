// SPDX-License-Identifier: MIT
//
// Has the dl family fail with long names, and prints how much of them the errors hold, and how
// these end.
#define _GNU_SOURCE
#include <dlfcn.h>
#include <stdio.h>
#include <string.h>

static void Print(const char* what) {
  const char* text = dlerror();
  const char* end = text + strlen(text);
  int count = 0;
  for (const char* at = text; at < end; ++at) count += *at == '#';
  printf("%s: %d of the name, ... %s\n", what, count, end - 20);
}

int main(void) {
  static char name[20001];
  memset(name, '#', 3000);
  dlopen(name, RTLD_NOW);
  Print("missing library");
  memset(name, '#', 20000);
  dlsym(RTLD_DEFAULT, name);
  Print("missing symbol");
  dlvsym(RTLD_DEFAULT, name, name + 15000);
  Print("missing version");
  return 0;
}
