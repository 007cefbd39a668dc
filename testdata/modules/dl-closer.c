// SPDX-License-Identifier: MIT
//
// Opens a library when it comes; uses it and closes it when it goes.
#include <dlfcn.h>
#include <stdio.h>

static void* g_library;

__attribute__((constructor)) static void Come(void) { g_library = dlopen(OPENS, RTLD_NOW); }

__attribute__((destructor)) static void Go(void) {
  printf("%s\n", ((const char* (*)(void))dlsym(g_library, "OnlyA"))());
  printf("dlclose: %d\n", dlclose(g_library));
}
