// SPDX-License-Identifier: MIT
//
// A library whose constructor waits for another thread. That thread looks at modules meanwhile;
// with DLADDR in the environment it also calls dladdr. With PROGRAM this is the program that opens
// it, or, with an argument, has libc open it as a converter of characters.
#define _GNU_SOURCE
#include <dlfcn.h>
#include <iconv.h>
#include <link.h>
#include <pthread.h>
#include <stdio.h>
#include <stdlib.h>

#ifdef PROGRAM

int main(int argc, char** argv) {
  if (argc > 1)
    printf("iconv: %s\n", iconv_open("UTF-8", argv[1]) == (iconv_t)-1 ? "failed" : "ok");
  else
    printf("dlopen: %s\n", dlopen("libreaders.so", RTLD_NOW) == NULL ? dlerror() : "ok");
  return 0;
}

#else

static __thread int t_value = 3;

static int Visit(struct dl_phdr_info* info, size_t size, void* data) {
  (void)info;
  (void)size;
  ++*(int*)data;
  return 0;
}

static void AskFor(void* handle) {
  struct link_map* map;
  char origin[4096];
  Dl_serinfo size;
  size_t number;
  void* data;
  Lmid_t namespace;
  int failures =
      dlinfo(handle, RTLD_DI_LINKMAP, &map) + dlinfo(handle, RTLD_DI_ORIGIN, origin) +
      dlinfo(handle, RTLD_DI_LMID, &namespace) + dlinfo(handle, RTLD_DI_TLS_MODID, &number) +
      dlinfo(handle, RTLD_DI_TLS_DATA, &data) + dlinfo(handle, RTLD_DI_SERINFOSIZE, &size);
  Dl_serinfo* path = malloc(size.dls_size);
  *path = size;
  failures += dlinfo(handle, RTLD_DI_SERINFO, path);
  free(path);
  printf("dlinfo: %d\n", failures);
}

static void* Reader(void* handle) {
  int modules = 0;
  struct dl_find_object object;
  Dl_info info;
  dl_iterate_phdr(Visit, &modules);
  printf("iterate: %s\n", modules > 2 ? "some" : "none");
  printf("find: %d\n", _dl_find_object((void*)Reader, &object));
  printf("thread-local: %d\n", t_value);
  if (handle != NULL) AskFor(handle);
  if (getenv("DLADDR") != NULL) printf("dladdr: %d\n", dladdr((void*)Reader, &info));
  return NULL;
}

__attribute__((constructor)) static void Come(void) {
  pthread_t thread;
  // As a converter it makes no call before those of the thread: it would be adopted by that.
  void* handle = getenv("GCONV_PATH") == NULL ? dlopen(NULL, RTLD_NOW) : NULL;
  pthread_create(&thread, NULL, Reader, handle);
  pthread_join(thread, NULL);
}

// What libc expects of a converter.
int gconv_init(void* step) { return 0; }
int gconv(void) { return 0; }

#endif
