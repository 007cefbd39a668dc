// SPDX-License-Identifier: MIT
//
// Opens the library that its argument names, and calls it.
#include <dlfcn.h>
#include <stdio.h>

int main(int argc, char** argv) {
  void* library = dlopen(argc > 1 ? argv[1] : "", RTLD_NOW);
  if (library == NULL) {
    printf("%s\n", dlerror());
    return 1;
  }
  int (*code)(void);
  *(void**)&code = dlsym(library, "AttackCode");
  printf("the library says %d\n", code());
  return 0;
}
