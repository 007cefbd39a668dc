// SPDX-License-Identifier: MIT
//
// pthread_cancel in a program that does not link libgcc_s: glibc opens it when it is needed.
#include <pthread.h>
#include <stdio.h>
#include <unistd.h>

static int g_ready[2];

static void Cleanup(void* what) { printf("cleanup: %s\n", (const char*)what); }

static void* Wait(void* argument) {
  (void)argument;
  pthread_cleanup_push(Cleanup, "of the cancelled thread");
  (void)!write(g_ready[1], "", 1);
  for (;;) pause();
  pthread_cleanup_pop(0);
  return NULL;
}

int main(void) {
  pthread_t thread;
  void* result = NULL;
  char byte = 0;
  (void)!pipe(g_ready);
  pthread_create(&thread, NULL, Wait, NULL);
  (void)!read(g_ready[0], &byte, 1);
  pthread_cancel(thread);
  pthread_join(thread, &result);
  printf("cancelled: %s\n", result == PTHREAD_CANCELED ? "yes" : "no");
  return 0;
}
