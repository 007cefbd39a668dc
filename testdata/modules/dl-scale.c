// SPDX-License-Identifier: MIT
//
// Opens the plug-ins DIRECTORY/0.so, 1.so and so on, COUNT of them, and uses each. With a third
// argument, it raises SIGUSR1 before and after some of the dlopens and dlsyms, at the beginning and
// at the end, so that a tracer can count what they take.
#define _GNU_SOURCE
#include <dlfcn.h>
#include <link.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { kFirst = 8, kMarked = 4 };

int constructed;
void Register(const char* name) { (void)name; }

static int Count(struct dl_phdr_info* info, size_t size, void* count) {
  (void)info;
  (void)size;
  ++*(int*)count;
  return 0;
}

static int CountModules(void) {
  int count = 0;
  dl_iterate_phdr(Count, &count);
  return count;
}

int main(int argc, char** argv) {
  const char* directory = argv[1];
  const int count = atoi(argv[2]);
  const int is_traced = argc > 3;
  void** handles = calloc((size_t)count + 1, sizeof *handles);
  const int before = CountModules();
  int wrong = 0;
  for (int i = 0; i < count; ++i) {
    char path[4096];
    snprintf(path, sizeof path, "%s/%d.so", directory, i);
    const int is_marked =
        is_traced && ((i >= kFirst && i < kFirst + kMarked) || i >= count - kMarked);
    if (is_marked) raise(SIGUSR1);
    handles[i] = dlopen(path, RTLD_NOW | RTLD_LOCAL);
    if (is_marked) raise(SIGUSR1);
    if (handles[i] == NULL) {
      puts(dlerror());
      return 1;
    }
    if (is_marked) raise(SIGUSR1);
    const void* own = dlsym(handles[i], "Own");
    if (is_marked) raise(SIGUSR1);
    if (own == NULL) ++wrong;
  }
  printf("constructed: %d, more modules: %d\n", constructed, CountModules() - before);
  for (int i = 0; i < count; ++i) {
    const void* (*own)(void) = (const void* (*)(void))dlsym(handles[i], "Own");
    int (*touch)(void) = (int (*)(void))dlsym(handles[i], "Touch");
    char path[4096];
    snprintf(path, sizeof path, "%s/%d.so", directory, i);
    Dl_info info;
    if (dladdr(own(), &info) == 0 || strcmp(info.dli_fname, path) != 0) ++wrong;
    if (touch() != 12) ++wrong;
    if (dlopen(path, RTLD_NOW | RTLD_NOLOAD) != handles[i]) ++wrong;
  }
  printf("wrong: %d\n", wrong);
  for (int i = 0; i < count; ++i) {
    if (dlclose(handles[i]) != 0 || dlclose(handles[i]) != 0) ++wrong;
  }
  printf("closed, wrong: %d\n", wrong);
  return 0;
}
