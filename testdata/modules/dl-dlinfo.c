// SPDX-License-Identifier: MIT
//
// dlinfo for an opened library with thread-local storage, for one without, and for the program.
#define _GNU_SOURCE
#include <dlfcn.h>
#include <link.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static int IsSystem(const char* directory) {
  return strncmp(directory, "/lib", 4) == 0 || strncmp(directory, "/usr/lib", 8) == 0;
}

static void Search(void* handle) {
  Dl_serinfo size;
  if (dlinfo(handle, RTLD_DI_SERINFOSIZE, &size) != 0) {
    puts(dlerror());
    return;
  }
  Dl_serinfo* path = malloc(size.dls_size);
  *path = size;
  if (dlinfo(handle, RTLD_DI_SERINFO, path) != 0) puts(dlerror());
  printf("search: %s\n", path->dls_size == size.dls_size ? "same size" : "another size");
  // The system's directories and their number differ from machine to machine.
  unsigned int end = path->dls_cnt;
  while (end != 0 && IsSystem(path->dls_serpath[end - 1].dls_name)) --end;
  for (unsigned int i = 0; i < end; ++i) printf("  %s\n", path->dls_serpath[i].dls_name);
  if (end + 2 <= path->dls_cnt) puts("  and the system's");
  free(path);
}

static void Tls(void* handle) {
  size_t id = 99;
  void* data = &id;
  const int first = dlinfo(handle, RTLD_DI_TLS_MODID, &id);
  const int second = dlinfo(handle, RTLD_DI_TLS_DATA, &data);
  printf("tls: %d %s %d %s\n", first, id == 0 ? "no id" : "an id", second,
         data == NULL                       ? "no block"
         : data == dlsym(handle, "t_first") ? "its block"
                                            : "another block");
}

static void Tell(void* handle) {
  struct link_map* map = NULL;
  char origin[4096] = "";
  Lmid_t namespace = 7;
  const ElfW(Phdr)* headers = NULL;
  int result = dlinfo(handle, RTLD_DI_LINKMAP, &map);
  printf("map: %d %s\n", result, (void*)map == handle ? "the handle" : "another");
  result = dlinfo(handle, RTLD_DI_ORIGIN, origin);
  printf("origin: %d %s\n", result, origin);
  result = dlinfo(handle, RTLD_DI_LMID, &namespace);
  printf("namespace: %d %ld\n", result, (long)namespace);
  result = dlinfo(handle, RTLD_DI_PHDR, &headers);
  int loads = 0;
  for (int i = 0; i < result; ++i) loads += headers[i].p_type == PT_LOAD;
  printf("headers: %s\n", loads >= 2 ? "some" : "wrong");
  Tls(handle);
  Search(handle);
}

// These include the directories that are built into the dynamic linker.
static void List(void) {
  Dl_serinfo size;
  void* handle = dlopen(NULL, RTLD_NOW);
  dlinfo(handle, RTLD_DI_SERINFOSIZE, &size);
  Dl_serinfo* path = malloc(size.dls_size);
  *path = size;
  dlinfo(handle, RTLD_DI_SERINFO, path);
  for (unsigned int i = 0; i < path->dls_cnt; ++i) puts(path->dls_serpath[i].dls_name);
  free(path);
}

int main(int argc, char** argv) {
  if (argc > 1 && strcmp(argv[1], "list") == 0) {
    List();
    return 0;
  }
  void* library = dlopen("libdlinfo.so", RTLD_NOW);
  void* without = dlopen("libdladdr.so", RTLD_NOW);
  Tell(library);
  *(int*)dlsym(library, "t_first") = 1;
  Tls(library);
  Tls(without);
  Tell(dlopen(NULL, RTLD_NOW));
  void* nothing = NULL;
  const int result = dlinfo(library, 77, &nothing);
  printf("unknown: %d %s\n", result, dlerror());
  return 0;
}
