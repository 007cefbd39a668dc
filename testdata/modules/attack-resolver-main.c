// SPDX-License-Identifier: MIT
//
// Calls a library whose resolver has attacked it: linked against it, or, with an argument, by
// dlopen. Prints what its function says, and the permissions of the mappings that hold its text,
// constants and RELRO.
#include <dlfcn.h>
#include <stdio.h>
#include <sys/resource.h>

#include "attack-maps.h"

static void Print(const char* what, const void* address) {
  MappingFacts found;
  if (FindMappingAt(address, &found)) printf("%s: %s\n", what, found.permissions);
}

#ifdef LINKED
int Resolved(void);
int Function(void);
extern const char constants[];
extern const void* const relocated[];
#endif

int main(int argc, char** argv) {
#ifdef LINKED
  void* handle = dlopen(NULL, RTLD_NOW);
#else
  void* handle = dlopen(argv[1], RTLD_NOW);
  if (handle == NULL) {
    printf("%s\n", dlerror());
    return 1;
  }
#endif
  struct rlimit limit;  // a resolver may have left no descriptor
  getrlimit(RLIMIT_NOFILE, &limit);
  limit.rlim_cur = limit.rlim_max;
  setrlimit(RLIMIT_NOFILE, &limit);
  printf("function: %d\n", ((int (*)(void))dlsym(handle, "Resolved"))());
  Print("text", dlsym(handle, "Function"));
  Print("constants", dlsym(handle, "constants"));
  Print("relro", dlsym(handle, "relocated"));
  return 0;
}
