// SPDX-License-Identifier: MIT
//
// A function that several modules have, and one that asks for the next function of that name.
#define _GNU_SOURCE
#include <dlfcn.h>
#include <stdio.h>

const char* Turn(void) { return NAME; }

const char* ASK(void) {
  const char* (*next)(void) = (const char* (*)(void))dlsym(RTLD_NEXT, "Turn");
  return next == NULL ? dlerror() : next();
}

const char* ASK_VERSION(void) {
  const char* (*next)(void) = (const char* (*)(void))dlvsym(RTLD_NEXT, "Turn", "V1");
  return next == NULL ? dlerror() : next();
}

#ifdef PROGRAM
const char* AskFirst(void);
const char* AskLast(void);
int main(void) {
  void* opened = dlopen("libnext-opened.so", RTLD_NOW);
  printf("program: %s\nfirst: %s\n", ASK(), AskFirst());
  printf("last: %s\n", AskLast());
  printf("opened: %s\n", ((const char* (*)(void))dlsym(opened, "AskOpened"))());
  printf("its last: %s\n", ((const char* (*)(void))dlsym(opened, "AskDeep"))());
  printf("version: %s\n", ASK_VERSION());
  return 0;
}
#endif
