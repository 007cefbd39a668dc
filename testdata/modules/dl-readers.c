// SPDX-License-Identifier: MIT
//
// A library whose constructor waits for another thread. That thread looks at modules meanwhile;
// with DLADDR in the environment it also calls dladdr. With PROGRAM this is the program that opens
// it.
#define _GNU_SOURCE
#include <dlfcn.h>
#include <link.h>
#include <pthread.h>
#include <stdio.h>
#include <stdlib.h>

#ifdef PROGRAM

int main(void) {
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

static void* Reader(void* argument) {
  int modules = 0;
  struct dl_find_object object;
  Dl_info info;
  dl_iterate_phdr(Visit, &modules);
  printf("iterate: %s\n", modules > 2 ? "some" : "none");
  printf("find: %d\n", _dl_find_object((void*)Reader, &object));
  printf("thread-local: %d\n", t_value);
  if (getenv("DLADDR") != NULL) printf("dladdr: %d\n", dladdr((void*)Reader, &info));
  return argument;
}

__attribute__((constructor)) static void Come(void) {
  pthread_t thread;
  pthread_create(&thread, NULL, Reader, NULL);
  pthread_join(thread, NULL);
}

#endif
