// SPDX-License-Identifier: MIT
//
// A library that keeps what it allocates in a thread-local array, too large for static TLS. With
// PROGRAM this is the program that opens it, by the path that the argument names, and uses it in
// the first thread and in another one.
#include <dlfcn.h>
#include <pthread.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#ifdef PROGRAM

static void* Keep(void* function) {
  ((void (*)(int))function)(20);
  return NULL;
}

int main(int argc, char** argv) {
  pthread_t thread;
  void* library = dlopen(argv[argc - 1], RTLD_NOW);
  void* function = dlsym(library, "Keep");
  pthread_create(&thread, NULL, Keep, function);
  Keep(function);
  pthread_join(thread, NULL);
  char stack[4096];  // no pointer is left here
  memset(stack, 0, sizeof stack);
  puts("end");
  return 0;
}

#else

static __thread char* t_kept[2000];

static void Free(void* unused) {
  for (int i = 0; i < 2000; ++i) free(t_kept[i]);
}

void Keep(int count) {
  static pthread_key_t key;
  pthread_key_create(&key, Free);
  pthread_setspecific(key, t_kept);
  for (int i = 0; i < count; ++i) t_kept[i] = malloc(100 + i);
}

#endif
