// SPDX-License-Identifier: MIT
//
// dlsym of a thread-local object: the calling thread's.
#include <dlfcn.h>
#include <pthread.h>
#include <stdio.h>

static void* g_library;

static int* Value(void) { return dlsym(g_library, "t_value"); }
static int* OwnValue(void) { return ((int* (*)(void))dlsym(g_library, "AddressOfValue"))(); }

static void* Thread(void* first) {
  printf("thread: %d, %s, %s\n", *Value(), Value() == OwnValue() ? "its own" : "another's",
         Value() == first ? "the main thread's" : "not the main thread's");
  *Value() = 9;
  return NULL;
}

int main(void) {
  g_library = dlopen("libsymbols.so", RTLD_NOW);
  *Value() = 8;
  pthread_t thread;
  pthread_create(&thread, NULL, Thread, Value());
  pthread_join(thread, NULL);
  printf("main: %d, %s, zero: %d\n", *Value(), Value() == OwnValue() ? "its own" : "another's",
         *(int*)dlsym(g_library, "t_zero"));
  return 0;
}
