// SPDX-License-Identifier: MIT
//
// Many libraries with thread-local variables are loaded one after the other, while threads use
// those that are loaded already.
#include "dltls.h"

enum { kLibraries = 40, kThreads = 4 };

static int (*g_next[kLibraries])(void);
static int g_count;

static void* Thread(void* wrong) {
  int calls[kLibraries] = {0};
  for (int round = 0; round < 2000; ++round) {
    const int count = __atomic_load_n(&g_count, __ATOMIC_ACQUIRE);
    for (int i = 0; i < count; ++i) {
      if (g_next[i]() != 42 + calls[i]++) __atomic_add_fetch((int*)wrong, 1, __ATOMIC_RELAXED);
    }
  }
  return 0;
}

int main(void) {
  pthread_t threads[kThreads];
  int wrong = 0;
  for (int i = 0; i < kThreads; ++i) threads[i] = StartThread(Thread, &wrong);
  for (int i = 0; i < kLibraries; ++i) {
    char name[64];
    sprintf(name, "libdltls-many-%d.so", i);
    g_next[i] = (int (*)(void))Find(Open(name), "Next");
    __atomic_store_n(&g_count, i + 1, __ATOMIC_RELEASE);
  }
  for (int i = 0; i < kThreads; ++i) pthread_join(threads[i], 0);
  Thread(&wrong);
  RunThread(Thread, &wrong);
  Check("each thread had its own", wrong == 0);
}
