// SPDX-License-Identifier: MIT
//
// _dl_find_object for code in an opened library, in the program, and in no module.
#define _GNU_SOURCE
#include <dlfcn.h>
#include <link.h>
#include <stdio.h>
#include <stdlib.h>

static void Tell(const char* what, void* address, void* map) {
  struct dl_find_object found;
  const int result = _dl_find_object(address, &found);
  printf("%s: %d", what, result);
  if (result == 0) {
    printf(
        " %s, %s, %s", found.dlfo_link_map == map ? "its map" : "another map",
        (char*)address >= (char*)found.dlfo_map_start && (char*)address < (char*)found.dlfo_map_end
            ? "inside"
            : "outside",
        found.dlfo_eh_frame != NULL && *(unsigned char*)found.dlfo_eh_frame == 1 ? "frames"
                                                                                 : "no frames");
  }
  puts("");
}

int main(void) {
  void* library = dlopen("libdladdr.so", RTLD_NOW);
  Tell("library", dlsym(library, "PublicFunction"), library);
  Tell("its data", dlsym(library, "g_object"), library);
  Tell("program", (void*)main, dlopen(NULL, RTLD_NOW));
  Tell("heap", malloc(1), NULL);
  Tell("null", NULL, NULL);
  return 0;
}
