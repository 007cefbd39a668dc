// SPDX-License-Identifier: MIT
//
// dlmopen into the base namespace; with an argument, into a new namespace.
#define _GNU_SOURCE
#include <dlfcn.h>
#include <stdio.h>

int main(int argc, char** argv) {
  (void)argv;
  void* library = dlmopen(argc > 1 ? LM_ID_NEWLM : LM_ID_BASE, "libvisible-a.so", RTLD_NOW);
  if (library == NULL) {
    puts(dlerror());
  } else {
    printf("%s\n", library == dlopen("libvisible-a.so", RTLD_NOW) ? "the same" : "another");
  }
  return 0;
}
