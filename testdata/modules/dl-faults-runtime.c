// SPDX-License-Identifier: MIT
//
// A library of the runtime, by its name: libc opens it, for a dlopen of the loader. Its constructor
// calls the dynamic linker, so often that memory is needed meanwhile.
#include <dlfcn.h>
#include <string.h>

__attribute__((constructor)) static void Construct(void) {
  char name[1024];
  for (int i = 0; i < 1000; ++i) name[i] = "/."[i % 2];
  strcpy(name + 1000, "/proc/self/maps");
  for (int i = 0; i < 64; ++i) dlopen(name, RTLD_NOW | RTLD_NOLOAD);
}
