// SPDX-License-Identifier: MIT
//
// Has the names of a leak checker's functions, which may not be called before its constructor has
// run. The constructor calls dlsym in vain, as sanitizers do.
#define _GNU_SOURCE
#include <dlfcn.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static int is_ready;

void __lsan_register_root_region(const void* start, size_t size) {
  (void)start, (void)size;
  if (!is_ready) {
    puts("called too early");
    exit(1);
  }
}
void __lsan_unregister_root_region(const void* start, size_t size) { (void)start, (void)size; }

__attribute__((constructor)) static void Construct(void) {
  if (dlsym(RTLD_NEXT, "missing") == NULL && dlerror() != NULL) is_ready = 1;
}
