// SPDX-License-Identifier: MIT
//
// Threads that open libraries at the same time: all threads open one library, or each thread opens
// many libraries in its own order.
#include <dlfcn.h>
#include <pthread.h>
#include <stdio.h>
#include <stdlib.h>

enum { kThreads = 8, kLibraries = 40 };

static pthread_barrier_t g_barrier;
static int g_rounds;

static void* Thread(void* argument) {
  const int self = *(int*)argument;
  long good = 0;
  pthread_barrier_wait(&g_barrier);
  for (int i = 0; i < g_rounds; ++i) {
    const int which = g_rounds == 1 ? 0 : (i * (2 * self + 1) + 7 * self) % kLibraries;
    char name[64];
    snprintf(name, sizeof name, "libmany-%d.so", which);
    void* library = dlopen(name, i % 2 == 0 ? RTLD_NOW : RTLD_LAZY);
    if (library == NULL) {
      puts(dlerror());
      continue;
    }
    int (*number)(void) = (int (*)(void))dlsym(library, "Number");
    good += number != NULL && number() == which;
    if (i % 3 == 0) good -= dlclose(library) != 0;
  }
  return (void*)good;
}

int main(int argc, char** argv) {
  (void)argc;
  g_rounds = atoi(argv[1]);
  pthread_t threads[kThreads];
  int numbers[kThreads];
  long good = 0;
  pthread_barrier_init(&g_barrier, NULL, kThreads);
  for (int i = 0; i < kThreads; ++i) {
    numbers[i] = i;
    pthread_create(&threads[i], NULL, Thread, &numbers[i]);
  }
  for (int i = 0; i < kThreads; ++i) {
    void* result = NULL;
    pthread_join(threads[i], &result);
    good += (long)result;
  }
  printf("good: %ld\n", good);
  return 0;
}
