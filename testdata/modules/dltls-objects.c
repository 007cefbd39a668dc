// SPDX-License-Identifier: MIT
//
// Thread-local objects of a loaded library live as long as their threads. Destructors of thread
// specific data run behind them, and may still use the library's variables.
#include "dltls.h"

static void (*g_use)(int);
static int* (*g_address)(void);
static pthread_key_t g_key;

static void AtThreadEnd(void* value) {
  printf("  value %s, counter %d\n", (const char*)value, ++*g_address());
}

static void* Thread(void* times) {
  pthread_setspecific(g_key, "of the thread");
  g_use(*(int*)times);
  *g_address() += 100;
  return 0;
}

int main(void) {
  int times = 1;
  pthread_key_create(&g_key, AtThreadEnd);
  g_use = (void (*)(int))Find(Open("libdltls-objects.so"), "Use");
  g_address = (int* (*)(void))Find(Open("libdltls-many-0.so"), "Address");
  puts("thread");
  RunThread(Thread, &times);
  puts("thread");
  times = 2;
  RunThread(Thread, &times);
  puts("main");
  g_use(3);
}
