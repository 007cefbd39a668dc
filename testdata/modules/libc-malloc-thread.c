// SPDX-License-Identifier: MIT
//
// Whose malloc libc's dynamic linker uses, for the vector of a new thread's TLS blocks.
#define _GNU_SOURCE
#include <pthread.h>
#include <stdio.h>
#include <unistd.h>

extern int g_own_allocations;

static void* Body(void* unused) { return unused; }

int main(void) {
  const void* break_before = sbrk(0);
  const int before = g_own_allocations;
  pthread_t thread;
  if (pthread_create(&thread, NULL, Body, NULL) != 0) return 1;
  pthread_join(thread, NULL);
  const int asked = g_own_allocations - before;
  printf("pthread_create: %s\n", asked != 0 ? "own" : "libc's");
  printf("libc's heap: %s\n", sbrk(0) == break_before ? "untouched" : "grown");
  return 0;
}
