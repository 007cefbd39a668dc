// SPDX-License-Identifier: MIT
//
// Its constructor opens a library. Its destructor uses and closes that library.
#include <dlfcn.h>
#include <stdio.h>

static void* g_library;

__attribute__((constructor)) static void Come(void) { g_library = dlopen(OPENS, RTLD_NOW); }

__attribute__((destructor)) static void Go(void) {
  printf("%s\n", ((const char* (*)(void))dlsym(g_library, "OnlyA"))());
  printf("dlclose: %d\n", dlclose(g_library));
}
