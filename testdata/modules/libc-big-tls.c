// SPDX-License-Identifier: MIT
//
// A program and libraries with more thread-local storage than libc reserves for later modules, and
// with threads.
#include <pthread.h>
#include <stdio.h>
#include <string.h>

enum { kSize = 1 << 20, kThreads = 4 };

static __thread char g_big[kSize] = {1};
static __thread char g_zero[kSize];

static long Sum(void) {
  long sum = 0;
  for (int i = 0; i < kSize; ++i) sum += g_big[i] + g_zero[i];
  return sum;
}

static void* Thread(void* argument) {
  const long before = Sum();
  memset(g_big, 2, kSize);
  memset(g_zero, 3, kSize);
  *(long*)argument = before == 1 && Sum() == 5L * kSize;
  return NULL;
}

int main(void) {
  pthread_t threads[kThreads];
  long right[kThreads];
  for (int i = 0; i < kThreads; ++i) pthread_create(&threads[i], NULL, Thread, &right[i]);
  int all = 0;
  for (int i = 0; i < kThreads; ++i) {
    pthread_join(threads[i], NULL);
    all += (int)right[i];
  }
  printf("threads: %d\nmain: %ld\n", all, Sum());
  return 0;
}
