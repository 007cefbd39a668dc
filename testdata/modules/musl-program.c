// SPDX-License-Identifier: MIT
//
// A dynamically linked program that uses musl: a library, a thread, and TLS of both modules.
#include <pthread.h>
#include <stdio.h>
#include <stdlib.h>

int LibraryLocal(void);

static __thread int g_local = 43;

__attribute__((constructor)) static void Construct(void) { puts("program's constructor"); }
__attribute__((destructor)) static void Destruct(void) { puts("program's destructor"); }

static void* Thread(void* argument) {
  printf("thread: %s %d %d\n", (const char*)argument, g_local, LibraryLocal());
  return NULL;
}

int main(int argc, char** argv) {
  printf("main: %d %s\n", argc, argv[argc - 1]);
  g_local = 1;
  LibraryLocal();
  pthread_t thread;
  pthread_create(&thread, NULL, Thread, "argument");
  pthread_join(thread, NULL);
  printf("main: %d %d\n", g_local, LibraryLocal());
  return 9;
}
