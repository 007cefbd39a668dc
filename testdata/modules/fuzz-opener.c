// SPDX-License-Identifier: MIT
//
// Opens libraries, asks about them and closes them, one after the other: fuzz-opener LIBRARY…
// How many it has begun with, and how many of these it could open, is in the file at descriptor 3.
#define _GNU_SOURCE
#include <dlfcn.h>
#include <link.h>
#include <unistd.h>

static int CountHeaders(struct dl_phdr_info* info, size_t size, void* count) {
  (void)size;
  *(int*)count += info->dlpi_phnum;
  return 0;
}

static void Ask(void* library) {
  struct link_map* map = library;
  Dl_info info;
  dlsym(library, "no such symbol");
  dlsym(library, "Facts");
  dlvsym(library, "Facts", "V_1");
  dladdr((char*)map->l_addr + 0x1000, &info);
  dladdr((char*)map->l_addr + 0x1008, &info);
}

int main(int argc, char** argv) {
  int count = 0;
  struct {
    int begun, opened;
  } progress = {0, 0};
  for (int i = 1; i < argc; ++i) {
    ++progress.begun;
    if (pwrite(3, &progress, sizeof progress, 0) != sizeof progress) return 1;
    void* library = dlopen(argv[i], i % 2 != 0 ? RTLD_NOW : RTLD_LAZY | RTLD_GLOBAL);
    if (library != NULL) {
      ++progress.opened;
      Ask(library);
    }
    dl_iterate_phdr(CountHeaders, &count);
    // Some stay, and are in the scope of those that follow.
    if (library != NULL && i % 4 != 0) dlclose(library);
  }
  return 0;
}
