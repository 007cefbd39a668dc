// SPDX-License-Identifier: MIT
//
// The functions of the dlopen family, called from callbacks of dl_iterate_phdr.
#define _GNU_SOURCE
#include <dlfcn.h>
#include <link.h>
#include <stdio.h>

static int Inner(struct dl_phdr_info* info, size_t size, void* count) {
  (void)info;
  (void)size;
  ++*(int*)count;
  return 0;
}

static int Visit(struct dl_phdr_info* info, size_t size, void* data) {
  (void)info;
  (void)size;
  int* calls = data;
  if (++*calls > 1) return 0;
  void* library = dlopen("libvisible-a.so", RTLD_NOW);
  const char* (*own)(void) = (const char* (*)(void))dlsym(library, "OnlyA");
  Dl_info found;
  int count = 0;
  printf("opened: %s, dladdr: %d\n", own(), dladdr((void*)own, &found));
  dl_iterate_phdr(Inner, &count);
  printf("inner: %s\n", count > 1 ? "some" : "none");
  printf("dlclose: %d, dlsym: %s\n", dlclose(library),
         dlsym(RTLD_DEFAULT, "puts") != NULL ? "found" : dlerror());
  return 0;
}

int main(void) {
  int calls = 0;
  const int result = dl_iterate_phdr(Visit, &calls);
  printf("iterate: %d, %s\n", result, calls > 1 ? "some" : "none");
  return 0;
}
