// SPDX-License-Identifier: MIT
//
// Its destructor opens and closes another library.
#include <dlfcn.h>
#include <stdio.h>

__attribute__((destructor)) static void Go(void) {
  void* other = dlopen("libvisible-b.so", RTLD_NOW);
  puts(((const char* (*)(void))dlsym(other, "OnlyB"))());
  printf("dlclose: %d\n", dlclose(other));
}
