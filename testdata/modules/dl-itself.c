// SPDX-License-Identifier: MIT
//
// Opens its own file: by path, with and without RTLD_NOLOAD, and by its soname.
#define _GNU_SOURCE
#include <dlfcn.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

static void Try(const char* what, const char* name, int mode) {
  void* handle = dlopen(name, RTLD_NOW | mode);
  const char* error = handle == NULL ? dlerror() : NULL;
  const char* reason = error != NULL ? strstr(error, ": ") : NULL;
  printf("%s: %s\n", what, reason != NULL ? reason + 2 : handle == NULL ? "no" : "opened");
}

int main(int argc, char** argv) {
  Try("path", argv[argc - 1], 0);
  Try("path, not loaded", argv[argc - 1], RTLD_NOLOAD);
  Try("soname", "itself.so", 0);
  return 0;
}
